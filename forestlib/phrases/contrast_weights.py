"""What ``python -m benchmarks.contrast --write`` fitted; never edited by hand."""

from __future__ import annotations

__all__ = ["BODY", "CONSTANT", "SIMILARITY", "STEPS"]

SIMILARITY = -0.206316
CONSTANT = -3.1379
STEPS = (0.0884359, 0.247905)
BODY = (
    r"^%e*Q{{;sI_zDRH>k|9{3J)YB^7;i0@AV4_`uy(y3hx#6^bHRJ>E$o|_6pzy2m}TS1NRpF1OyZH5eEGY3<(Ya4+r}X2JHp>{15x|"
    r"|K|Vy3-|H_KLkMn^zQ!v{|Fre4HOXp2n+id82t<h{SFZQ{_Xz>{|5{V0e=!N8wCO6{`U0y4g2r_3;YB7000C7<`e-99SRZ=5(ydd"
    r"0s<EY`TO+o2m1a3_Z1Td0{{2|^#%#^2MX=}4F?qn`w;*b{QC+4_x}Ow4e$E}3;Fl+_!9F5_vHKY1nnmA00R621qc7>{{{;29s2Y0"
    r"3J3=5_6O|&1^@a9{R<iT7#Io;3-9gw0r~?K0T2i4`uQ3D{sQJ7><kws6bttV`UENR8~ywH{R#N{1rZAX2oUGx>i87=3-tu`3;zlN"
    r"7w{4e0{Iye{RjpA2p1vE^9=6-1OyHP3KjMN7yS<X1o;sU_51kc00Q{-2nzrQ5e*Cj@&gMF?*#Ac0s9g72LcNI|MLzB5d#Pb0r&Ls"
    r"4)OT^2^8}e68``G`v(pE4i@+P1LPa@{tyEO2=EmI`~mwN^aS?&^9Bm`4G;4L{0|n?^9&9RCK~|%2k!a?^92k1@A?4y_5l+C1qJg8"
    r"3G@5{4g&iG0qFk=1|SFW3j_!W`!V_*|MUIx@ec$9-1-gs`S%R${p|M$_vrxr?Dh542<{625&Q}N{{ILD1@-$65diQE0TR9X0T&nf"
    r"_U``u^9%>p_5lbC@!tIM{QBPt|NZ0i1QYr58Ri57{0s*k3kV1U$NsJN5dIGW{__3&4Cwd;{t)y1_Zsj10{Z3x0~aIj{rLR~|A7hG"
    r"<_ZcL{s<50`Tz|S`tkw?A^g_^=K}cq+WPPI`}*$t`0e}T_XY(K`u^wb6zKx-`w#@%4Fm1>4e$K<>ih8C1M33w_X_n6{`&D2?-mmW"
    r"1pxa03j62u4fyr@01V<0+W_(i?d=CD;ri?k_WcP81Q74}1o`O>2m1N~{todG_x1P>3Jweo^9}#$`s(}t4Fc*1`4SWQC-n8=<LM3Z"
    r"0teRt2oDJW0rm$C@%Hiw{t5dD9{>0C^Yr}^1P2ZH{x<FQ4h-Z13g+$k2?pB#3jqBE`1tz-0s#>5?EUxk@&Wqk3G4+61^fI60`Un2"
    r"|M>n21q=Q76ZsPn76$(W3-ssu?)?e%@*(~V7y=Rz*ZT?%_wxPo?*;V)73|~p_VD!e<`wV${s03F{1)vI1oQji_2>)<8|?n>1@!?4"
    r"0P+G97Utvb;M@!i{TB4<1M>C;82k$i{s{d4`tS<-`V1cg;06lU`4Qvt1^5OU_X_qG^yBvG`v3$J7uN^&"
)
