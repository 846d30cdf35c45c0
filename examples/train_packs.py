"""LoRA from plain rows, from best-fit packs and from whole-tree packs: python examples/train_packs.py [--model NAME]

Without --model a tiny Llama of random weights is trained, with a tokenizer trained on the spot: it shows that all three
ways run, on any machine, and teaches nobody anything. With --model and --device cuda it is a fine-tuning.
"""

import argparse
import tempfile
from typing import Any

import peft
import tokenizers
import torch
import transformers
import trl

import forestlib as fl
from forestlib.demo import forest as demo_forest
from forestlib.packing.collator import TreeCollator, TreeLoss

WAYS = ("rows", "packs", "trees")


def tiny(texts: list[str]) -> tuple[Any, Any]:
    """Return a tiny Llama of random weights, and a tokenizer trained on the texts."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=1000, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator(["\n".join(texts)], trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=made)
    tokenizer.add_special_tokens({"eos_token": "<|end|>", "pad_token": "<|end|>"})
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return transformers.LlamaForCausalLM(config), tokenizer


def trainer_of(way: str, forest: fl.Forest, model: Any, tokenizer: Any, given: argparse.Namespace) -> Any:
    """Return a trainer that learns the forest in one of the three ways."""
    corpus = forest.linearize("text", {"paths": 0.5, "bridges": 0.5}, size=given.samples, seed=7)
    options = {
        "output_dir": given.out,
        "max_steps": given.steps,
        "per_device_train_batch_size": 1,
        "learning_rate": 1e-3,
        "logging_steps": given.steps,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": given.device == "cpu",
        "disable_tqdm": True,
    }
    lora = peft.LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    if way == "trees":
        bridges = forest.linearize("text", "bridges", size=given.samples // 2, seed=7)
        packs = forest.tree_packs(tokenizer, given.length, beside=bridges, eos=True, model=model, long="split")
        print(packs.report)
        loss = TreeLoss(packs.mean_weight())
        adapted = peft.get_peft_model(model, lora)
        collator = TreeCollator(tokenizer.pad_token_id, attention="sdpa")
        arguments = transformers.TrainingArguments(**options, remove_unused_columns=False)
        trainer = transformers.Trainer(
            adapted, arguments, train_dataset=packs, data_collator=collator, compute_loss_func=loss
        )
        loss.attach(trainer.model)
        return trainer
    if way == "packs":
        packed = corpus.pack(tokenizer, given.length, eos=True, long="split")
        print(packed.report)
        data = packed.to_hf()
    else:
        tokens = corpus.tokenize(tokenizer, eos=True)
        data = tokens.to_hf()
        print(tokens.report)
    arguments = trl.SFTConfig(**options, max_length=None, padding_free=way == "packs")
    return trl.SFTTrainer(
        model,
        arguments,
        train_dataset=data,
        processing_class=tokenizer,
        peft_config=lora,
    )


def main() -> None:
    """Train in all three ways, and print the losses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a model of transformers, by name or folder; without it a tiny random one")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--length", type=int, default=1024, help="tokens a pack")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--trees", help="a file or folder of trees; without it the Russian demo forest")
    parser.add_argument("--out", default=tempfile.gettempdir())
    given = parser.parse_args()
    forest = fl.load(given.trees) if given.trees else demo_forest("ru")
    for way in given.ways:
        transformers.set_seed(7)
        if given.model:
            tokenizer = transformers.AutoTokenizer.from_pretrained(given.model)
            tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
            model = transformers.AutoModelForCausalLM.from_pretrained(given.model)
        else:
            model, tokenizer = tiny([node.text for tree in forest for node in tree])
        done = trainer_of(way, forest, model.to(given.device), tokenizer, given).train()
        print(f"{way}: loss {done.training_loss:.3f} after {given.steps} steps")


if __name__ == "__main__":
    main()
