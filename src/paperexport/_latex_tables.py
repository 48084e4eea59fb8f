"""What LaTeX calls each character, as data: read by :mod:`paperexport.latex` alone.

Names are those of the LaTeX kernel's encodings OT1, T1, TS1 and T2A (``encguide``, "LaTeX font
encodings"), of ``amsmath`` and ``amssymb`` ("The Comprehensive LaTeX Symbol List"), and of
BibTeX's own list of special characters (``btxdoc`` §4).
"""


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


ACCENTS: dict[str, str] = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "G": "\u030f",
    "f": "\u0311",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
    "textcommabelow": "\u0326",
    "textcommaabove": "\u0313",
    "h": "\u0309",
}
"""Accent command → combining character. ``\\h`` (hook above) is T5's, ``\\G`` and ``\\f`` are
T4's and those of ``tipa``."""

BARE_ACCENTS: dict[str, str] = {
    "\u0300": "`",
    "\u0301": "´",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "¯",
    "\u0306": "˘",
    "\u0307": "˙",
    "\u0308": "¨",
    "\u030a": "˚",
    "\u030b": "˝",
    "\u030c": "ˇ",
    "\u0327": "¸",
    "\u0328": "˛",
}
"""Combining character → what an accent over nothing (``\\~{}``) prints."""

LETTERS: dict[str, str] = _pairs(
    """
    ss ß SS ẞ o ø O Ø l ł L Ł ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ
    dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ ij ĳ IJ Ĳ
    ohorn ơ OHORN Ơ uhorn ư UHORN Ư
    textschwa ə
    cyra а cyrb б cyrv в cyrg г cyrd д cyre е cyryo ё cyrzh ж cyrz з cyri и cyrishrt й cyrk к
    cyrl л cyrm м cyrn н cyro о cyrp п cyrr р cyrs с cyrt т cyru у cyrf ф cyrh х cyrc ц cyrch ч
    cyrsh ш cyrshch щ cyrhrdsn ъ cyrery ы cyrsftsn ь cyrerev э cyryu ю cyrya я
    cyrie є cyrii і cyryi ї cyrgup ґ cyrushrt ў cyrje ј cyrlje љ cyrnje њ cyrtshe ћ cyrdje ђ
    cyrdzhe џ
    CYRA А CYRB Б CYRV В CYRG Г CYRD Д CYRE Е CYRYO Ё CYRZH Ж CYRZ З CYRI И CYRISHRT Й CYRK К
    CYRL Л CYRM М CYRN Н CYRO О CYRP П CYRR Р CYRS С CYRT Т CYRU У CYRF Ф CYRH Х CYRC Ц CYRCH Ч
    CYRSH Ш CYRSHCH Щ CYRHRDSN Ъ CYRERY Ы CYRSFTSN Ь CYREREV Э CYRYU Ю CYRYA Я
    CYRIE Є CYRII І CYRYI Ї CYRGUP Ґ CYRUSHRT Ў CYRJE Ј CYRLJE Љ CYRNJE Њ CYRTSHE Ћ CYRDJE Ђ
    CYRDZHE Џ
    """
)
"""Command of a letter → the letter. Where two name one letter, the first is written."""

SYMBOLS: dict[str, str] = _pairs(
    """
    textendash – textemdash — textquoteleft ‘ textquoteright ’ textquotedblleft “
    textquotedblright ”
    quotesinglbase ‚ quotedblbase „ guilsinglleft ‹ guilsinglright › guillemotleft «
    guillemotright »
    guillemetleft « guillemetright » textquotesingle ' textquotedbl "
    textexclamdown ¡ textquestiondown ¿ textellipsis … ldots … dots … textbullet •
    textperiodcentered ·
    S § textsection § P ¶ textparagraph ¶ dag † textdagger † ddag ‡ textdaggerdbl ‡
    textcopyright © copyright © textregistered ® texttrademark ™ pounds £ textsterling £ texteuro €
    euro € EUR € textyen ¥ textcent ¢ textcurrency ¤ textwon ₩ textflorin ƒ textdegree °
    textordfeminine ª textordmasculine º textmu µ textpm ± textonehalf ½ textonequarter ¼
    textthreequarters ¾ textonesuperior ¹ texttwosuperior ² textthreesuperior ³ texttimes ×
    textdiv ÷ textlnot ¬ textbrokenbar ¦ textnumero № textperthousand ‰ textpertenthousand ‱
    textreferencemark ※ textestimated ℮ textservicemark ℠ textmho ℧ textinterrobang ‽
    textbackslash \\ textbraceleft { textbraceright } lbrace { rbrace } textdollar $
    textunderscore _
    textasciitilde ~ textasciicircum ^ textless < textgreater > textbar | textasteriskcentered *
    textnumbersign # textpercent % textampersand & textasciigrave ` textat @
    textbardbl ‖ textvisiblespace ␣ textasciiacute ´ textasciidieresis ¨ textasciimacron ¯
    textasciicaron ˇ textasciibreve ˘ slash / textleftarrow ← textrightarrow →
    textuparrow ↑ textdownarrow ↓ textmusicalnote ♪ textopenbullet ◦ textminus −
    adddot . lq ‘ rq ’ TeX TeX LaTeX LaTeX LaTeXe LaTeX2e BibTeX BibTeX XeTeX XeTeX LuaTeX LuaTeX
    """
)
"""Command of a text symbol → the text. Where two name one symbol, the first is written."""

SPACES: dict[str, str] = {
    **dict.fromkeys(("quad", "qquad", "space", "enspace", "thinspace", "enskip", "newline"), " "),
    **dict.fromkeys(("linebreak", "hfill", "hfil", "nobreakspace", "medspace", "thickspace"), " "),
    **dict.fromkeys(("addspace", "addnbspace", "addthinspace"), " "),
    **dict.fromkeys(("phantom", "hphantom", "vphantom", "textcompwordmark"), ""),
    **dict.fromkeys(("negthinspace", "null", "relax", "allowbreak", "noindent", "strut"), ""),
    "par": "\n\n",
}
"""Command of white space, or of nothing that is seen → what it leaves."""

MATHS_SYMBOLS: dict[str, str] = _pairs(
    r"""
    \alpha α \beta β \gamma γ \delta δ \epsilon ϵ \varepsilon ε \zeta ζ \eta η \theta θ
    \vartheta ϑ \iota ι \kappa κ \varkappa ϰ \lambda λ \mu μ \nu ν \xi ξ \omicron ο \pi π
    \varpi ϖ \rho ρ \varrho ϱ \sigma σ \varsigma ς \tau τ \upsilon υ \phi ϕ \varphi φ \chi χ
    \psi ψ \omega ω \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Xi Ξ \Pi Π \Sigma Σ \Upsilon Υ
    \Phi Φ \Psi Ψ \Omega Ω \digamma ϝ
    \pm ± \mp ∓ \times × \div ÷ \cdot ⋅ \ast ∗ \star ⋆ \circ ∘ \bullet • \cap ∩ \cup ∪
    \uplus ⊎ \sqcap ⊓ \sqcup ⊔ \vee ∨ \wedge ∧ \setminus ∖ \wr ≀ \oplus ⊕ \ominus ⊖
    \otimes ⊗ \oslash ⊘ \odot ⊙ \leq ≤ \geq ≥ \ll ≪ \gg ≫ \prec ≺ \succ ≻ \preceq ⪯
    \succeq ⪰ \subset ⊂ \supset ⊃ \subseteq ⊆ \supseteq ⊇ \sqsubseteq ⊑ \sqsupseteq ⊒
    \in ∈ \ni ∋ \notin ∉ \vdash ⊢ \dashv ⊣ \models ⊨ \equiv ≡ \sim ∼ \simeq ≃ \approx ≈
    \cong ≅ \neq ≠ \doteq ≐ \propto ∝ \parallel ∥ \perp ⊥ \mid ∣ \bowtie ⋈ \asymp ≍
    \lesssim ≲ \gtrsim ≳ \triangleq ≜ \nmid ∤ \nparallel ∦ \nsubseteq ⊈
    \subsetneq ⊊ \leqslant ⩽ \geqslant ⩾ \trianglelefteq ⊴ \therefore ∴ \because ∵
    \leftarrow ← \rightarrow → \uparrow ↑ \downarrow ↓ \leftrightarrow ↔ \updownarrow ↕
    \Leftarrow ⇐ \Rightarrow ⇒ \Uparrow ⇑ \Downarrow ⇓ \Leftrightarrow ⇔ \mapsto ↦
    \longrightarrow ⟶ \longleftarrow ⟵ \longleftrightarrow ⟷ \Longrightarrow ⟹
    \Longleftarrow ⟸ \Longleftrightarrow ⟺ \longmapsto ⟼ \hookrightarrow ↪ \hookleftarrow ↩
    \nearrow ↗ \searrow ↘ \swarrow ↙ \nwarrow ↖ \rightharpoonup ⇀ \rightharpoondown ⇁
    \leftharpoonup ↼ \leftharpoondown ↽ \rightleftharpoons ⇌ \leadsto ⇝ \rightsquigarrow ⇝
    \to → \gets ← \iff ⟺ \le ≤ \ge ≥ \ne ≠ \land ∧ \lor ∨ \lnot ¬ \neg ¬ \implies ⟹
    \sum ∑ \prod ∏ \coprod ∐ \int ∫ \iint ∬ \iiint ∭ \oint ∮ \bigcap ⋂ \bigcup ⋃
    \bigoplus ⨁ \bigotimes ⨂ \bigvee ⋁ \bigwedge ⋀
    \infty ∞ \nabla ∇ \partial ∂ \forall ∀ \exists ∃ \nexists ∄ \emptyset ∅ \varnothing ∅
    \top ⊤ \bot ⊥ \angle ∠ \triangle △ \square □ \Box □ \Diamond ◇ \diamond ⋄ \blacksquare ■
    \lozenge ◊ \bigstar ★ \aleph ℵ \beth ℶ \hbar ℏ \ell ℓ \wp ℘ \Re ℜ \Im ℑ \prime ′
    \surd √ \flat ♭ \natural ♮ \sharp ♯ \clubsuit ♣ \diamondsuit ♢ \heartsuit ♡ \spadesuit ♠
    \checkmark ✓ \lfloor ⌊ \rfloor ⌋ \lceil ⌈ \rceil ⌉ \langle ⟨ \rangle ⟩ \cdots ⋯ \vdots ⋮
    \ddots ⋱ \dagger † \ddagger ‡ \imath 𝚤 \jmath 𝚥 \eth ð
    \mathbb{A} 𝔸 \mathbb{B} 𝔹 \mathbb{C} ℂ \mathbb{D} 𝔻 \mathbb{E} 𝔼 \mathbb{F} 𝔽 \mathbb{G} 𝔾
    \mathbb{H} ℍ \mathbb{K} 𝕂 \mathbb{L} 𝕃 \mathbb{N} ℕ \mathbb{P} ℙ \mathbb{Q} ℚ \mathbb{R} ℝ
    \mathbb{S} 𝕊 \mathbb{T} 𝕋 \mathbb{Z} ℤ
    """
)
"""Maths command → its character, where one character says the same. The first of two is written."""

SCRIPTS: dict[str, dict[str, str]] = {
    "textsuperscript": dict(zip("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ", strict=True)),
    "textsubscript": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
}
"""Command that raises or lowers its argument → the characters that have such a form."""

TRANSPARENT = frozenset(
    """
    textbf textit texttt textsc textrm textsf textsl textmd textup textnormal textlf textulc emph
    underline uline text mbox hbox fbox makebox
    mathrm mathbf mathit mathsf mathtt mathnormal mathcal mathbb mathfrak mathscr boldsymbol bm
    operatorname bf it tt sc rm sf sl em bfseries itshape ttfamily scshape rmfamily sffamily
    slshape mdseries upshape normalfont normalsize small footnotesize scriptsize tiny large Large
    LARGE huge Huge boldmath unboldmath protect uppercase lowercase MakeUppercase MakeLowercase
    MakeTextUppercase MakeTextLowercase NoCaseChange bibinfo bibnamefont bibfnamefont
    mkbibemph mkbibitalic mkbibbold mkbibacro
    nolinkurl path textquote selectfont textsuperscript textsubscript ensuremath url href
    xspace leavevmode nobreak unskip ignorespaces textnumbers oldstylenums textlatin
    """.split()
)
"""Commands of which only the argument is read."""

QUOTED = frozenset(("enquote", "mkbibquote"))
"""Commands that print quotation marks around their argument (csquotes, 3.2; BibLaTeX, 4.6.4)."""

STRIPPED = tuple(
    """
    mathcal mathbb mathbf mathrm mathfrak mathscr mathsf mathtt mathit textbf textit texttt textsc
    textrm textsf emph boldsymbol operatorname overline underline widehat widetilde tilde hat bar
    vec sqrt frac text
    """.split()
)
"""Names that a page leaves of maths commands when it takes the backslash away."""

ENVIRONMENTS = frozenset(
    """
    math displaymath equation equation* align align* gather gather* multline multline* eqnarray
    eqnarray* split aligned gathered array matrix pmatrix bmatrix vmatrix Vmatrix Bmatrix
    smallmatrix cases
    """.split()
)
"""Environments whose content is maths."""

WITH_ARGUMENT = frozenset(
    """
    frac dfrac tfrac cfrac binom dbinom tbinom sqrt hat widehat tilde widetilde bar overline
    underline vec dot ddot dddot acute grave breve check mathring overbrace underbrace
    overrightarrow overleftarrow overleftrightarrow overset underset stackrel xrightarrow
    xleftarrow substack pmod pod phantom hphantom vphantom boxed
    mathbb mathcal mathbf mathrm mathit mathsf mathtt mathfrak mathscr mathnormal mathds
    boldsymbol bm
    operatorname text textrm textbf textit textsf texttt textsc mbox
    mathop mathrel mathbin mathord mathopen mathclose mathpunct left right
    big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm not
    """.split()
)
"""Maths commands that need something after them."""

MATHS = (
    WITH_ARGUMENT
    | frozenset(name[1:] for name in MATHS_SYMBOLS if name[1:].isalpha())
    | frozenset(
        """
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf injlim ker lg lim
    liminf limsup ln log max min Pr projlim sec sin sinh sup tan tanh varlimsup varliminf varinjlim
    varprojlim bmod mod
    ldots dots dotsc dotsb dotsm dotsi dotso cdotp ldotp colon quad qquad
    lbrace rbrace lbrack rbrack lvert rvert lVert rVert vert Vert backslash middle
    ulcorner urcorner llcorner lrcorner lgroup rgroup lmoustache rmoustache arrowvert Arrowvert
    limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber
    varGamma varDelta varTheta varLambda varXi varPi varSigma varUpsilon varPhi varPsi varOmega
    amalg dotplus smallsetminus Cap Cup barwedge veebar doublebarwedge boxminus boxtimes boxdot
    boxplus divideontimes ltimes rtimes leftthreetimes rightthreetimes curlywedge curlyvee
    circleddash circledast circledcirc centerdot intercal bigcirc bigtriangleup bigtriangledown
    triangleleft triangleright lhd rhd unlhd unrhd oiint
    leqq geqq eqslantless eqslantgtr lessapprox gtrapprox approxeq lessdot gtrdot lll ggg lessgtr
    gtrless lesseqgtr gtreqless lesseqqgtr gtreqqless doteqdot risingdotseq fallingdotseq backsim
    backsimeq subseteqq supseteqq Subset Supset sqsubset sqsupset preccurlyeq succcurlyeq
    curlyeqprec curlyeqsucc precsim succsim precapprox succapprox vDash Vdash Vvdash smile frown
    smallsmile smallfrown bumpeq Bumpeq shortmid shortparallel between pitchfork varpropto
    trianglerighteq vartriangleleft vartriangleright vartriangle blacktriangle blacktriangledown
    blacktriangleleft blacktriangleright triangledown eqcirc circeq eqsim thicksim thickapprox
    nless ngtr nleq ngeq nleqslant ngeqslant nprec nsucc npreceq nsucceq nsim ncong nvdash nvDash
    nVdash nVDash ntriangleleft ntriangleright ntrianglelefteq ntrianglerighteq nsupseteq
    supsetneq subsetneqq supsetneqq varsubsetneq varsupsetneq lneq gneq lneqq gneqq lnsim gnsim
    leftleftarrows rightrightarrows leftrightarrows rightleftarrows Lleftarrow Rrightarrow
    twoheadleftarrow twoheadrightarrow leftarrowtail rightarrowtail looparrowleft looparrowright
    curvearrowleft curvearrowright circlearrowleft circlearrowright Lsh Rsh upuparrows
    downdownarrows upharpoonleft upharpoonright downharpoonleft downharpoonright multimap
    leftrightsquigarrow leftrightharpoons nleftarrow nrightarrow nLeftarrow nRightarrow
    nleftrightarrow nLeftrightarrow Updownarrow longleftmapsto dashrightarrow dashleftarrow
    biguplus bigsqcup bigodot idotsint iiiint smallint
    complement hslash Bbbk Finv Game mho measuredangle sphericalangle backprime diagup diagdown
    gimel daleth owns thinspace medspace thickspace negthinspace negmedspace negthickspace
    bigtimes coloneqq eqqcolon coloneq vcentcolon degree S P copyright pounds dag ddag
    bf rm it sf tt cal mit
    """.split()
    )
)
"""Maths commands that a span may hold and still be written as maths. None of them reads a file,
defines, repeats, or changes what a character means; one that is not here makes the span text."""
