"""Journals by the macros that astronomers cite them by (``aas_macros.sty`` of NASA's ADS)."""

from __future__ import annotations

_ABBREVIATED = """
aj AJ
actaa Acta Astron.
araa ARA&A
apj ApJ
apjl ApJ
apjs ApJS
ao Appl. Opt.
apss Ap&SS
aap A&A
aapr A&A Rev.
aaps A&AS
azh AZh
baas BAAS
bac Bull. astr. Inst. Czechosl.
caa Chinese Astron. Astrophys.
cjaa Chinese J. Astron. Astrophys.
icarus Icarus
jcap J. Cosmology Astropart. Phys.
jrasc JRASC
mnras MNRAS
memras MmRAS
na New A
nar New A Rev.
pasa PASA
pra Phys. Rev. A
prb Phys. Rev. B
prc Phys. Rev. C
prd Phys. Rev. D
pre Phys. Rev. E
prl Phys. Rev. Lett.
pasp PASP
pasj PASJ
rmxaa Rev. Mexicana Astron. Astrofis.
qjras QJRAS
skytel S&T
solphys Sol. Phys.
sovast Soviet Ast.
ssr Space Sci. Rev.
zap ZAp
nat Nature
iaucirc IAU Circ.
aplett Astrophys. Lett.
apspr Astrophys. Space Phys. Res.
bain Bull. Astron. Inst. Netherlands
fcp Fund. Cosmic Phys.
gca Geochim. Cosmochim. Acta
grl Geophys. Res. Lett.
jcp J. Chem. Phys.
jgr J. Geophys. Res.
jqsrt J. Quant. Spec. Radiat. Transf.
memsai Mem. Soc. Astron. Italiana
nphysa Nucl. Phys. A
physrep Phys. Rep.
physscr Phys. Scr.
planss Planet. Space Sci.
procspie Proc. SPIE
"""
JOURNALS: dict[str, str] = {
    f"\\{macro}": journal
    for macro, _, journal in (line.partition(" ") for line in _ABBREVIATED.split("\n")[1:-1])
}
"""A macro with its backslash → what it prints."""
