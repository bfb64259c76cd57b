"""The small words of names: titles, particles, legal forms, numbers, words that say little."""

# Without these a run of running text is no name. English, because the rooms write it most; a
# missing word costs a look-up, never a wrong answer.
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below
    between both but by can cannot could did do does doing done down during each else ever every few
    for from further get gets got had has have having he her here hers him his how i if in into is
    it its just like made make many may me might more most much must my near need needs no nor not
    now of off on once one only or other our ours out over own per please said same saw say says see
    seen she should since so some still such than that the their them then there these they this
    those through to today tomorrow tonight too two under until up upon us via was we were what when
    where which while who whom whose why with within without would yes yesterday yet you your yours
    re ok okay thanks thank hello hi anyone someone something nothing
    """.split()
)

TITLES = frozenset(
    """
    mr mrs ms miss mister dr doctor prof professor sir dame lord lady madam hon honourable
    president praesident prasident chancellor minister senator general gen colonel col major maj
    captain capt lieutenant lt sergeant sgt commander cmdr inspector judge
    herr frau dipl ing mag hrabe graf freiherr monsieur madame mme mlle senor senora sr sra don dona
    signor signora dott avv mullah mulla maulavi mawlawi maulawi shaikh sheikh sheik shaykh imam
    haji hajji haj hajj hadji qari ustad sayyid sayed sayyed hazrat ayatollah hojatoleslam
    pan pani gospodin gospozha tov fnu lnu nmn alias aka llc ltd inc gmbh
    """.split()
)

# The father comes after these.
SON_OF = frozenset("bin ibn ben bint binti bn ould wuld walad".split())

# The child comes after these.
PARENT_OF = frozenset("abu abou abi umm um".split())

# With the word after them these are one name, whatever stands between.
SERVANTS = frozenset("abd abdul abdel abdal abdur abdu abdoul".split())

PARTICLES = (SON_OF | PARENT_OF).union(
    """
    al el ul ur ud as ad an ar ash il
    van von der den de da di do dos das du la le les del della dello degli y e i zu zum zur ter ten
    te af av bar mac mc st san santa
    """.split()
)

# Vietnamese ones that are hardly a given name or a particle elsewhere: beside them, "Van", "Do" and
# "An" are names.
VIETNAMESE_FAMILIES = frozenset(
    "nguyen tran pham hoang huynh phan vu vuong dang bui ngo duong dinh trinh truong doan".split()
)

# Which of several people of one name: these are compared as numbers are.
GENERATIONS = {
    "jr": "2nd", "jnr": "2nd", "sr": "1st", "junior": "2nd", "snr": "1st", "senior": "1st",
    "ii": "2nd", "iii": "3rd", "iv": "4th", "filho": "2nd", "neto": "3rd", "hijo": "2nd",
    "fils": "2nd", "pere": "1st", "jungere": "2nd", "juengere": "2nd", "altere": "1st",
    "aeltere": "1st", "mladsi": "2nd", "starsi": "1st", "mlodszy": "2nd", "starszy": "1st",
    "mladshiy": "2nd", "mladshii": "2nd", "starshiy": "1st", "starshii": "1st",
    "molodshyi": "2nd", "starshyi": "1st", "figlio": "2nd", "zoon": "2nd",
}  # fmt: skip
# Of these, people also bear some as a family name: only after two other words.
MAYBE_GENERATIONS = frozenset("filho neto hijo fils pere figlio zoon".split())

ORGANISATION_PARTICLES = frozenset(
    "the and of for und et y e de la le di du des der die das".split()
)

# A form and the family it belongs to; forms of one family are translations of each other.
PRIVATE, STOCK, PARTNERSHIP, COMPANY = "private", "stock", "partnership", "company"
STATE, MEMBERS, ONE_OWNER = "state", "members", "one owner"
LEGAL_FORMS: dict[tuple[str, ...], str] = {
    tuple(form.split()): family
    for family, forms in {
        PRIVATE: """
            ltd; limited; llc; l l c; limited liability company; pty ltd; pty limited; pte ltd;
            pvt ltd; private limited; co ltd; co limited; company limited; gmbh; mbh; ug;
            gesellschaft mit beschrankter haftung; sarl; eurl; sas; sasu;
            societe a responsabilite limitee; srl; srls; societa a responsabilita limitata;
            societatea cu raspundere limitata; bv; besloten vennootschap; bvba; sprl; ooo; tov;
            tzov; obshchestvo s ogranichennoi otvetstvennostyu;
            obshchestvo s ogranichennoy otvetstvennostyu;
            tovarystvo z obmezhenoyu vidpovidalnistyu; sp z oo; sp z o o;
            spolka z ograniczona odpowiedzialnoscia; sro; spol s r o; doo; ood; eood; sia; uab; ou;
            kft; lda; ltda; limitada; oy; aps; fze; fzco; fz llc; dmcc; wll; sdn bhd; tnhh;
            sl; slu; s de rl; s de rl de cv; sociedad limitada; sociedade limitada;
            sociedad de responsabilidad limitada; sagl; ehf; epe; ike; ltd sti; limited sirketi;
            cong ty tnhh; opc; odoo; chao; akcine bendrove; osauhing; osakeyhtio; ceg;
            spolecnost s rucenim omezenym;
            drustvo s ogranicenom odgovornoscu; tovarystvo z obmezhenoiu vidpovidalnistiu;
            korlatolt felelossegu tarsasag; sherkat ba masouliat mahdoud; baam; bam; bm;
            dhmm; godo kaisha; yugen kaisha; mchj; jshs; llp kazakhstan; too; shpk; dooel
        """,
        STOCK: """
            ag; aktiengesellschaft; sa; sab; sab de cv; sa de cv; sociedad anonima; societe anonyme;
            spa; societa per azioni; nv; naamloze vennootschap; plc; public limited company; inc;
            incorporated; corp; corporation; jsc; joint stock company; ojsc;
            open joint stock company;
            cjsc; closed joint stock company; pjsc; public joint stock company; oao; zao; pao; ao;
            aktsionernoe obshchestvo; otkrytoe aktsionernoe obshchestvo; pat; prat; as; ab; asa;
            oyj; aktiebolag; aktieselskab; nyrt; zrt; ad; dd; kk; kabushiki kaisha; tbk; bhd; pt;
            ead; hf; ae; anonim sirketi; a s; rt; publichnoe aktsionernoe obshchestvo; nao;
            zakrytoe aktsionernoe obshchestvo; neprublichnoe aktsionernoe obshchestvo; pcl;
            aktsiaselts; akcionarsko drustvo; akciova spolecnost; spolka akcyjna; publ; sjsc;
            aktsionerne tovarystvo; vat; zat; at; pubjsc; sapi de cv; sahami am; sahami khass
        """,
        PARTNERSHIP: """
            llp; lp; lllp; kg; ohg; gbr; gmbh co kg; kommanditgesellschaft; snc; scs; cv; vof; kgaa
        """,
        STATE: """
            fgup; gup; mup; federal state unitary enterprise; state unitary enterprise; kgup;
            federalnoe gosudarstvennoe unitarnoe predpriyatie; ep; epz; statni podnik; pp
        """,
        MEMBERS: """
            ano; nko; ev; eg; asbl; vzw; ngo; npo; nonprofit; eingetragener verein;
            autonomous non profit organization; avtonomnaya nekommercheskaya organizatsiya
        """,
        ONE_OWNER: "ip; individual entrepreneur; individualnyi predprinimatel; fop; et; ek; eirl",
        COMPANY: """
            co; company; cie; compagnie; pt tbk; shrkt; shrkh; sherkat; sharikat; sharikah; sirketi;
            kompaniya; firma; and co; cia; compania
        """,
    }.items()
    for form in forms.split(";")
    if form.strip()
}  # fmt: skip
LONGEST_FORM = max(len(form) for form in LEGAL_FORMS)

# Words that many organisations share, so that sharing them says little.
GENERIC = frozenset(
    """
    group holding holdings international global worldwide world national european euro trading trade
    trader traders logistics shipping maritime marine transport transportation freight cargo lines
    line services service solutions systems system technology technologies tech software digital
    data network networks telecom communications media energy power oil gas petroleum petrochemical
    chemical chemicals pharma pharmaceutical pharmaceuticals medical health healthcare mining metals
    metal steel industries industry industrial manufacturing engineering construction development
    developments properties property estate estates real capital finance financial investment
    investments invest fund funds bank banking insurance trust ventures venture partners consulting
    consultants advisory management enterprise enterprises business commercial export import
    exports imports foods food agro farm farms textile textiles motors motor auto automotive
    aviation airlines airways air aerospace defence defense security foundation association society
    institute university college academy council committee union federation organisation
    organization agency office centre center club bureau ministry department state general first
    united north south east west northern southern eastern western new royal star sun sea ocean city
    electric electronics retail store stores hotel hotels restaurant restaurants tourism travel
    supply supplies products production materials resources research science sciences
    """.split()
)

# Spellings and abbreviations of words in the names of organisations.
SAME_WORD = {
    "intl": "international", "int": "international", "mfg": "manufacturing", "bros": "brothers",
    "tech": "technology", "technologies": "technology", "svcs": "services", "dev": "development",
    "engr": "engineering", "eng": "engineering", "grp": "group", "gp": "group", "hldg": "holding",
    "hldgs": "holding", "holdings": "holding", "organisation": "organization", "labor": "labour",
    "centre": "center", "defense": "defence", "assoc": "association", "assn": "association",
    "univ": "university", "inst": "institute", "natl": "national", "govt": "government",
    "dept": "department", "mgmt": "management", "svc": "services", "service": "services",
    "systems": "system", "solutions": "solution", "industries": "industry", "inds": "industry",
    "ind": "industry", "investments": "investment", "invest": "investment", "enterprises":
    "enterprise", "transportation": "transport", "trans": "transport",
    "saint": "st", "banka": "bank", "banque": "bank", "banco": "bank",
}  # fmt: skip

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_TEENS = "fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"

UNITS = {word: number for number, word in enumerate(f"{_UNITS} {_TEENS}".split())}
TENS = {word: number * 10 for number, word in enumerate(_TENS.split(), start=2)} | {"fourty": 40}
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), start=1)}
ROMANS = {
    numeral: number
    for number, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}

SHIP_PREFIXES = frozenset("mv ms ss mt mf my ft fv sv mts hms uss".split())

# The endings of names made from the father's name.
PATRONYMICS = (
    "ovich", "evich", "ovych", "evych", "yovych", "ovic", "evic", "ovitch", "evitch", "owitsch",
    "ewitsch", "ovna", "evna", "ivna", "yivna", "owna", "ewna", "ichna", "inichna", "oglu", "ogly",
    "oghlu", "uulu", "kyzy", "qizi", "gizi",
)  # fmt: skip
