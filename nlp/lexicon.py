"""Small lists of words that say what the words beside them are."""

# Capitalised at the start of a sentence, or everywhere, and never part of a name.
COMMON = frozenset(
    """
    a aka alias about above after afternoon again against ago agree ahead all almost already
    also always am an and another any anybody anyone anything apparently are area around as ask
    asked asking at away back bad bag bank be because been before behind being believe below
    best better between big bit block board boat book both bottom box brief briefing bring
    brother building bus but by call called caller calling came can cannot car card care case
    cash chance change charge check checked chief child city clear close closed closing coffee
    colleague come coming confirm confirmed contact control copy correct could country court
    cover crew customs daily dark date daughter day days dead deal dear debrief definitely
    delivery depart departed desk did different direct direction do does dog done door down
    drive driver driving drop drugs due during each early east eight either eleven else email
    end enough enquiries entering evening ever every everybody everyone everything evidence
    exactly expect expected eyes fact family far father female few field fifteen fifty file find
    fine finished first five follow following for found four free friend from front full further
    gate get girl give given go going gone good got great green grey group guy guys had half
    hand happen happened happy has hat have he head heading heard held hello help her here hers
    hi high him himself his hold home hope hour hours house how however husband i id idea if
    immediate immediately important in indeed info information inside instead intel into is it
    its itself job just keep key kind knew know known land last late later leave leaving left
    less let letter lights like line list little live load local location long look looking
    looks lorry lost lot made make male man many market matter may maybe me mean meet meeting
    member men message met middle might min mine minute minutes missing mobile money month
    months more morning most mother move moved moving much must my name named near nearly need
    needs negative never new news next nice night nine no nobody none noon north not note
    nothing now number object obviously of off office officer officers officially often ok okay
    old on once one only onto open operation opposite or order other others our out outside over
    own owner page paper park part parked party pass past pay people perhaps person phone photo
    picture place plan plate please plus point police port position possible possibly present
    pretty previous probably problem proceed public put question quick quiet quite rather re
    reach read ready really reason received recent red regards registered related repeat reply
    report reported request respond response rest right road room roger round run said same saw
    say says school sea search second see seems seen seize seized seller send sender sent set
    seven several shall she ship short should show shows side sighting since sister sit site six
    small so some somebody someone something sometimes son soon sorry sort source south speak
    speaking spoke spotted stand standing start state station status stay still stop stopped
    store story straight street strong stuff subject such suggest suppose sure surveillance
    suspect take taken taking talk target team ten than thank thanks that the their them then
    there these they thing things think third this those though three through thus till time
    times to today together told tomorrow tonight too took top total toward towards town track
    traffic train tried true try turn turned twelve twenty two type under unit unknown until up
    update upon urgent us use used usual van vehicle very vessel via victim view visit wait
    waiting walk walking want wanted warehouse warning was watch water way we week weekend well
    went were west what when where whether which while white who whole whose why wife will
    window with within without witness woman women won word work working would wrong yard year
    years yes yesterday yet you young your yours zero standby sitrep fyi asap eta tbc tbd approx
    approximately attached ref regarding per sources imc ic affirmative acknowledged noted
    understood hence meanwhile nonetheless therefore monday tuesday wednesday thursday friday
    saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april
    june july august september october november december jan feb mar apr jun jul aug sep sept
    oct nov dec christmas easter english french german dutch spanish italian polish romanian
    turkish russian british irish american european belgian albanian chinese nigerian whatsapp
    telegram signal facebook google iphone samsung instagram bitcoin twitter ebay paypal
    northern southern eastern western central upper lower black blue brown silver gold orange
    pink purple yellow beige intelligence border immigration ministry department counter joint
    national international fiscal financial criminal crime serious organised detective sergeant
    constable inspector captain
    """.split()
)

TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Fr|Sgt|Sergeant|PC|DC|DS|DI|DCI"
    "|DCS|"
    "DSupt|Supt|Superintendent|Insp|Inspector|Const|Constable|Det|Detective|Cpl|Corporal|Lt"
    "|Lieutenant|"
    "Capt|Captain|Maj|Major|Col|Colonel|Gen|General|Cdr|Commander|Adm|Admiral|Agent|Officer|Sheikh|"
    "Herr|Frau|Monsieur|Madame|Mme|Mlle|Señor|Señora|Sr|Sra|Signor|Signora|Don|Judge|Ambassador"
)

LEGAL_FORMS = (
    "Ltd|Limited|LLP|LLC|PLC|Plc|Inc|Corp|Corporation|Co|GmbH|AG|KG|OHG|UG|BV|NV|VOF|BVBA|SRL|SPRL"
    "|SA|SAS|"
    "SARL|SL|SLU|SpA|Srl|Oy|Oyj|AB|AS|ASA|ApS|Sp\\. z o\\.o\\.|s\\.r\\.o\\.|a\\.s\\.|Kft|Zrt"
    "|d\\.o\\.o\\.|OOO|ZAO|PJSC|JSC|"
    "B\\.V\\.|N\\.V\\.|S\\.A\\.|S\\.L\\.|FZE|FZCO|FZ-LLC|DMCC|Pte|Pty|Holdings?"
)

ORGANISATION_WORDS = frozenset(
    """
    agency bank bureau authority ministry department company group holdings trading logistics
    shipping transport imports exports import export freight solutions services foundation
    association institute university college hospital church mosque police guard force customs
    council committee commission union club cartel brigade crew gang syndicate consulting
    partners brothers enterprises industries motors garage restaurant embassy consulate court
    office unit desk fund
    """.split()
)

PLACE_WORDS = frozenset(
    """
    street road avenue lane square hotel harbour harbor airport station terminal dock docks quay
    pier port park bridge marina beach island river bay valley hill close drive way gate wharf
    market plaza straße strasse platz weg rue boulevard straat laan plein kade calle via corso
    services warehouse yard depot estate centre center mall
    """.split()
)

# Countries of more than one word: two capitals in a row, and nobody's name.
COUNTRIES = frozenset(
    {
        "bosnia herzegovina", "costa rica", "czech republic", "dominican republic", "el salvador",
        "european union", "hong kong", "ivory coast", "new zealand", "north korea",
        "north macedonia", "northern ireland", "papua new guinea", "puerto rico", "san marino",
        "saudi arabia", "sierra leone", "south africa", "south korea", "sri lanka",
        "united arab emirates", "united kingdom", "united states", "viet nam",
    }
)  # fmt: skip

COLOURS = (
    "black|white|grey|gray|silver|red|blue|green|yellow|orange|brown|beige|gold|purple|pink|maroon"
    "|navy|"
    "dark|light|bronze|cream|turquoise|burgundy|lime|charcoal|teal|khaki|tan|metallic|matte?"
    "|blk|wht|slv|gry|blu|grn"
)

# In German and Dutch a colour stands before what has it,
COLOURS_BEFORE = (
    "(?:schwarz|weiß|weiss|grau|dunkelgrau|silber|silbern|rot|dunkelrot|blau|dunkelblau|hellblau"
    "|grün|gelb|braun)(?:er|es|en|em|e)?|silberfarbener|silbergrauer"
    "|zwarte|witte|grijze|donkergrijze|zilveren|zilvergrijze|rode|blauwe|donkerblauwe|groene|gele"
    "|bruine"
)
# and in French, Spanish, Portuguese and Italian behind it.
COLOURS_BEHIND = (
    "noire?|blanc|blanche|grise?|rouge|bleue?|verte?|jaune|marron|argent|argentée?"
    "|negr[oa]|blanc[oa]|roj[oa]|azul|verde|amarill[oa]|plata|platead[oa]|marrón"
    "|pret[oa]|branc[oa]|cinza|cinzent[oa]|vermelh[oa]|amarel[oa]|prata|pratead[oa]|castanh[oa]"
    "|ner[oa]|bianc[oa]|grigi[oa]|ross[oa]|blu|giall[oa]|argento|marrone"
)
BODIES_BEFORE = (
    "auto|wagen|pkw|lkw|kleinwagen|kombi|transporter|lieferwagen|kastenwagen|motorrad|roller"
    "|busje|bestelbus|bestelbusje|bestelwagen|vrachtwagen|bakwagen|motorfiets|bromfiets"
)
"""What a German or Dutch colour stands before."""
BODIES_BEHIND = (
    "voiture|camionnette|fourgon|fourgonnette|camion|berline|moto|scooter|coche|furgoneta|furgón"
    "|camión|carro|carrinha|furgão|camião|caminhão|macchina|auto|autovettura|furgone|motorino"
)
"""What a French, Spanish, Portuguese or Italian colour stands behind."""

MAKES = (
    "Alfa Romeo|Aston Martin|Audi|Bentley|BMW|Chevrolet|Chrysler|Citro[eë]n|Cupra|Dacia|DAF|Dodge"
    "|Ducati|"
    "Ferrari|Fiat|Ford|Honda|Hyundai|Infiniti|Isuzu|Iveco|Jaguar|Jeep|Kawasaki|Kia|Lamborghini"
    "|Lada|"
    "Land Rover|Lexus|MAN|Maserati|Mazda|Mercedes(?:-Benz)?|Merc|MG|Mini|Mitsubishi|Nissan|Opel"
    "|Peugeot|Porsche|"
    "Range Rover|Renault|Rolls[- ]Royce|Scania|Seat|Skoda|Škoda|Smart|Ssangyong|Subaru|Suzuki"
    "|Tesla|Toyota|"
    "Vauxhall|Volkswagen|VW|Volvo|Yamaha"
)

# Models that hardly mean anything else beside a colour.
MODELS = (
    "golf|polo|passat|tiguan|touareg|touran|transporter|caddy|crafter|transit|fiesta|mondeo|focus"
    "|kuga|ranger|galaxy|astra|corsa|insignia|zafira|vivaro|clio|megane|captur|kangoo|trafic"
    "|sprinter|vito|octavia|fabia|superb|ibiza|leon|qashqai|juke|navara|micra|hilux|corolla|yaris"
    "|prius|avensis|rav4|land cruiser|civic|accord|cr-v|ducato|punto|doblo|berlingo|picasso|boxer"
    "|defender|discovery|freelander|sportage|sorento|tucson|i10|i20|i30|duster|logan|sandero"
    "|cayenne|macan|model [sxy3]"
)

BODIES = (
    "vans?|cars?|lorry|lorries|trucks?|saloon|estate|hatchback|suv|hgv|pick-?up|motorbike"
    "|motorcycle|moped|"
    "scooter|taxi|minibus|bus|coach|trailer|jeep|4x4|coupe|convertible|sedan|tractor unit|camper "
    "?van|"
    "rib|dinghy|speedboat|yacht|boat"
)
