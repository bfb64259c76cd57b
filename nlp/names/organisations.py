"""What organisations call themselves by in many languages: trades, places, legal forms in signs."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

# A common word, then what it is called in other languages or for short; folded, general knowledge.
_COMMON = """
bank: banka banque banco banca bankasi bankas banki bankja pank banken banku bnk msrf
group: gruppe groupe grupo gruppo grupa grupp gruppa gruppen grubu skupina guruh mjmwat mjmwah grp
holding: holdings kholding hldg hldgs
company: companies kompanii kompaniy kompaniya kompania kompanija compania companhia
  compagnia compagnie firma kampani
trading: trade traders trader treid treyd treiding treyding handel handels handelsgesellschaft
  comercio comercial commerciale commerce torgovlya torgovyi torgovy torgovaya torgivlya ticaret
  trgovina handlowa handlowy handlu tijarat tjarh tjaryh tjarya tejarat bazargani mumessillik
  prekyba kaubandus tirdznieciba kauppa kereskedelmi obchod obchodni handelsonderneming emporiki
branch: filial filiale filialen succursale sucursal zweigniederlassung niederlassung zweigstelle
  oddzial sube subesi fara frwa otdelenie pobocka sivuliike fiok
exchange: sarraf sarraffa sarafi srafh srafi sarafat birzha borsa bolsa bourse boerse borse kambiyo
forwarding: spedition spediteur spedizioni expedition ekspeditsiya expeditie
house: haus maison casa dom
industry: industries industrie industria industrias industriya industrial industriale industriel
  industrielle inds promyshlennost promyshlennyi promyshlennaya sanayi sanayii sanat sanaye
  przemysl przemyslowy snaat snayh prom
plant: factory works werk werke usine fabrika fabrik fabbrica fabryka zavod zavody zaklad zaklady
  tovarna msna karkhane fabrica
machine: machinery maschinen maschinenbau machines mashinostroitelnyi mashinostroenie makina
  makine maquinaria macchine
instrument: instruments priborostroitelnyi priborostroenie instrumentos pribor
building: stroitelstvo stroitelnyi stroitelnaya stroy bau edilizia
construction: constructions construccion construcciones construcao costruzioni insaat budowlane
  budownictwo konstruktsiya konstruksiyon inshaat
transport: transportation transports transportes trasporti transportnyi transportnaya perevozki
  nakliyat naql nql trans
shipping: schiffahrt schifffahrt reederei navigation navigazione naviera navegacao sudokhodstvo
  parokhodstvo denizcilik keshtirani kashtirani mlahh mlahat zegluga
maritime: marine maritima maritimo morskoi morskoe morskaya morski
airline: airlines airways aviacompany aviakompaniya aerolineas linee havayollari avialinii
aviation: aviatsiya aviatsionnyi aviacion aviacao havacilik hawacilik
oil: neft petrol petrole neftyanaya neftyanoi nft nift
petroleum: petroleo petrolio petroleos
gas: gaz gazovaya gazowy
energy: energie energia energiya energija energetika energetik enerji energetyka taqa taqat taqh
power: elektrizitat elektro strom
electric: electrical electrica electricite elektrik elektricheskii
steel: stahl acier acero acciaio aco stal celik fulad foulad stalnoi
metal: metals metalle metaux metales metalli metall metallurgiya metallurgical metallurgicheskii
  metalurji metalurgica hutnictwo
mining: bergbau mines minas miniere minera minerais gorno gornyi madencilik gornictwo
chemical: chemicals chemie chimie quimica quimicos chimica khimiya khimicheskii kimya shimi kymya
  chemiczny
pharmaceutical: pharmaceuticals pharma pharmazie farmaceutica farmaceutici farmatsiya ilac darou
medical: medizin medicale medico medica meditsinskii medikal tibbi tibb
food: foods lebensmittel alimentaire alimentos alimentari pishchevoi gida ghza gdhayy alimentacion
  produkty
agro: agricultural agriculture agricola landwirtschaft selskokhozyaistvennyi tarim zraah zraat
  agrarian agricole
textile: textiles textil tekstil tekstilnyi tessile
material: materials materiales
technology: tekh technologies technologie tecnologia tecnologias tekhnologiya tekhnologii
  teknoloji tech technologien fanavari tknwlwjya teknologi teknik
science: sciences scientific wissenschaft nauka nauchnyi nauchno ciencia scientifique ulum bilim
research: forschung recherche investigacion ricerca issledovatelskii issledovaniya arastirma
  pajouhesh thqyqat tahqiqat
production: proizvodstvo proizvodstvennyi proizvodstvennoe produktion produccion producao uretim
  twlyd
service: services servicios servizi servicos dienst dienste dienstleistungen uslugi hizmetleri
  hizmet khadamat khdmat svc svcs servis
security: sicherheit securite seguridad sicurezza seguranca bezopasnost guvenlik ochrana amn
defense: defence verteidigung defensa difesa oborona savunma defa difaa oboronnyi
insurance: versicherung versicherungen assurance assurances seguros seguro assicurazioni
  strakhovanie strakhovaya sigorta bimeh tamyn ubezpieczen
investment: investments invest investitsii investitsionnaya inversiones investimenti investimentos
  investissement investissements yatirim astthmar istithmar investicni
finance: financial finanz finanzen finanzas finance finances finanza finansovaya finansy finans
  malyh
capital: kapital capitale
fund: funds fonds fondo fundo fondi fond sndwq sanduq fonu
trust: treuhand fideicomiso trest
foundation: stiftung fondation fundacion fondazione fundacao vakfi vakif waqf bonyad fundacja
  nadace mwssh muassasat
association: verein verband vereinigung asociacion associazione associacao assotsiatsiya dernegi
  jmayh jamiyat stowarzyszenie sdruzeni assoc assn
society: gesellschaft societe sociedad societa sociedade obshchestvo spolecnost towarzystwo
union: soyuz syndicat sindicato gewerkschaft birligi ittihad athad zwiazek svaz
federation: federacion federazione federatsiya foderation federasyonu federacja
institute: institut instituto istituto enstitu enstitusu mahad instytut ustav inst
university: universitat universite universidad universita universidade universitet universitesi
  daneshgah jamah jamiat uniwersytet univerzita univ
academy: akademie academie academia accademia akademiya akademi akademia
center: centre zentrum centro tsentr tsentra merkezi merkez markaz mrkz centrum
office: buro bureau oficina ufficio byuro ofis biuro kancelaria
agency: agentur agence agencia agenzia agentstvo ajans ajansi agencja wkalh
ministry: ministerium ministere ministerio ministero ministerstvo bakanligi vezarat wzarh wizarat
  ministerstwo
department: dept abteilung departement departamento dipartimento departament otdel
committee: komitee comite comitato komitet komitesi ljnh lajna
council: rat conseil consejo consiglio conselho sovet konseyi rada mjls majlis
party: partei parti partido partito partiya hizb hzb partia
army: armee ejercito esercito armiya ordu jysh jaysh armia
front: jabha jbhh jabhat frente fronte
movement: bewegung mouvement movimiento movimento dvizhenie hareketi harakat hrkh ruch
state: staat etat estado stato gosudarstvennyi gosudarstvennoe devlet
national: nationale nacional nazionale natsionalnyi natsionalnaya ulusal milli wtny wtnyh narodni
  narodowy natl nationaler
international: internationale internacional internazionale mezhdunarodnyi mezhdunarodnaya
  uluslararasi intl int dwly dwlyh miedzynarodowy mezinarodni beynelmelal
global: globale mondial mundial
general: generale allgemeine aam amh aammeh genel obshchii umumi
first: erste primer primera primo pervyi
new: neue nouveau nouvelle nueva nuevo nuova nuovo novyi novaya yeni
united: vereinigte unis unidos uniti obedinennyi birlesik mthdh obedinennaya
north: nord norte severnyi severo kuzey shmal
south: sud sur yuzhnyi guney jnwb
east: ost oriental este vostochnyi vostok dogu shrq
west: ouest oeste zapadnyi zapad bati ghrb
northern: nordliche septentrional
european: europeen europeo europaische evropeiskii avrupa
export: exports eksport ihracat sadrat saderat exportacion
import: imports ithalat wardat importacion
consulting: consultants consultancy beratung conseil consultoria consulenza konsalting danismanlik
advisory: advisors advisers
management: verwaltung gestion gestione upravlenie yonetim mgmt
development: developments desarrollo sviluppo developpement razvitie kalkinma tnmyh entwicklung
  dev
property: properties immobilien immobilier inmobiliaria immobiliare nedvizhimost gayrimenkul
engineering: ingenieurbau ingenierie ingenieria ingegneria inzhiniring muhendislik mohandesi hndsh
  engr eng inzynieria
manufacturing: mfg fertigung manufacture manufactura imalat herstellung
supply: supplies snabzhenie suministros tedarik
logistic: logistics logistik logistique logistica logistika lojistik logistyka
telecommunication: telecommunications telecom telekom telecomunicaciones telekommunikatsii
  telekomunikasyon mkhabrat atsalat ittisalat telecommunication
communication: communications kommunikation comunicaciones svyaz iletisim
network: networks netz netzwerk reseau reseaux rete
system: systems systeme sistemas sistemi sistema sistemy sistem systemy
solution: solutions losungen soluciones soluzioni resheniya cozumleri
software: programmnoe yazilim
data: daten datos dati dannye veri
media: medien medya smi
publishing: verlag editorial editrice izdatelstvo yayincilik publishers
motor: motors motoren moteurs motores
automotive: auto automobile automobiles automobil otomotiv avto automobiel
hotel: hotels otel gostinitsa
tourism: touristik tourisme turismo turizm travel reisen voyages viajes
real: emlak
estate: estates
partner: partners partenaires socios
brother: brothers bros gebruder freres hermanos fratelli kardesler brat bratya
son: sons sohne fils hijos figli
store: stores shop magazin
club: klub
hospital: krankenhaus hopital ospedale bolnitsa hastanesi mstshfy
school: schule ecole escuela scuola shkola okulu mdrsh
church: kirche eglise iglesia chiesa tserkov kilise
charity: charitable kheyriyeh khyryh hayir khairia
relief: ighatha aghathh
islamic: islamique islami islamisch aslamyh islamskii
enterprise: enterprises unternehmen entreprise empresa impresa predpriyatie isletme
  przedsiebiorstwo podnik
corporation: korporatsiya korporation corporacion
cooperative: kooperativ cooperativa genossenschaft kooperatif spoldzielnia
port: hafen puerto porto liman mynaa
star: stern etoile estrella stella zvezda yildiz najm njm
sun: sonne soleil sol sole solntse gunes shams
gold: golden goldene oro zoloto zolotoi altin dhhb
"""

# Countries after their code (ISO 3166-1), parts of the world without, and their other names: who
# bears one is another house than who bears none.
_PLACES = """
AF afghanistan; AL albania; DZ algeria algerie aljzayr; AO angola; AR argentina; AM armenia; AU
australia; AT austria osterreich; AZ azerbaijan azerbaycan; BH bahrain albhryn; BD bangladesh; BY
belarus belarusia; BE belgium belgique belgie belgien; BO bolivia; BA bosnia; BR brazil brasil; BG
bulgaria; KH cambodia; CM cameroon; CA canada; CL chile; CN china chine cina kitai zhongguo chinese;
CO colombia; CD congo; HR croatia hrvatska; CU cuba; CY cyprus kypros; CZ czechia cesko; DK denmark
danmark; EC ecuador; EG egypt egypte msr; EE estonia eesti; ET ethiopia; FI finland suomi; FR france
frankreich francia; GE georgia gruziya; DE germany deutschland allemagne germania alemania; GH
ghana; GR greece hellas griechenland; HU hungary magyarorszag; IS iceland; IN india inde indien; ID
indonesia; IR iran; IQ iraq irak alaraq; IE ireland; IL israel; IT italy italia italien italie; JP
japan nippon japon; JO jordan alardn; KZ kazakhstan; KE kenya; KR korea coree; KW kuwait alkwyt; KG
kyrgyzstan; LV latvia latvija; LB lebanon liban lbnan; LY libya lybya; LT lithuania lietuva; LU
luxembourg; MK macedonia; MY malaysia; ML mali; MT malta; MX mexico mexique; MD moldova; MN
mongolia; MA morocco maroc almghrb; MZ mozambique; MM myanmar burma; NP nepal; NL netherlands
nederland; NG nigeria; NO norway norge; OM oman; PK pakistan; PA panama; PY paraguay; PE peru; PH
philippines; PL poland polska polen; PT portugal; QA qatar qtr; RO romania; RU russia rossiya
russland russie rusya; RW rwanda; SN senegal; RS serbia srbija; SG singapore; SK slovakia slovensko;
SI slovenia; SO somalia; ES spain espana spanien espagne; SD sudan alswdan; SE sweden sverige
schweden; CH switzerland schweiz suisse svizzera; SY syria syrie swrya swryh; TW taiwan; TJ
tajikistan; TZ tanzania; TH thailand; TN tunisia tunisie twns; TR turkey turkiye turkei; TM
turkmenistan; UG uganda; UA ukraine ukraina; UY uruguay; UZ uzbekistan; VE venezuela; VN vietnam; YE
yemen alymn; ZM zambia; ZW zimbabwe; africa afrique afrika; asia asie; europe europa evropa; america
amerique; caucasus kavkaz; siberia sibir
"""

# Letters that stand for words wherever they are written in capitals.
ACRONYMS: Mapping[str, tuple[str, ...]] = {
    "us": ("united", "states"), "usa": ("united", "states"), "uk": ("united", "kingdom"),
    "uae": ("united", "arab", "emirates"), "dprk": ("democratic", "people", "republic", "korea"),
    "prc": ("people", "republic", "china"), "un": ("united", "nations"),
    "td": ("trading", "house"), "gk": ("group",), "nii": ("research", "institute"),
}  # fmt: skip

# One word that is several.
COMPOUNDS: Mapping[str, tuple[str, ...]] = {
    "forschungsinstitut": ("research", "institute"), "handelshaus": ("trading", "house"),
    "handelsbank": ("trading", "bank"), "handelshuis": ("trading", "house"),
    "maschinenfabrik": ("machine", "plant"), "stahlwerk": ("steel", "plant"),
    "stahlwerke": ("steel", "plant"), "kraftwerk": ("power", "plant"),
    "zementwerk": ("cement", "plant"), "chemiewerk": ("chemical", "plant"),
    "industriebank": ("industry", "bank"), "staatsbank": ("state", "bank"),
    "nationalbank": ("national", "bank"), "investitionsbank": ("investment", "bank"),
    "neftegaz": ("oil", "gas"), "versicherungsgesellschaft": ("insurance", "company"),
    "transportgesellschaft": ("transport", "company"),
    "baugesellschaft": ("construction", "company"),
    "bauunternehmen": ("construction", "enterprise"), "reiseburo": ("tourism", "office"),
}  # fmt: skip

# Words written in signs without spaces between them.
IN_SIGNS = {
    signs: word
    for word, every in {
        "ltd": "有限公司 有限责任公司 有限責任公司 유한회사 有限会社 合同会社",
        "corp": "股份有限公司 株式会社 주식회사",
        "company": "公司 会社 회사",
        "group": "集团 集團 그룹 グループ",
        "bank": "银行 銀行 은행",
        "trading": "贸易 貿易 商贸 商事 무역",
        "technology": "科技 技术 技術 기술",
        "industry": "工业 工業 实业 實業 산업 産業",
        "international": "国际 國際 국제",
        "national": "国家 國家 국가",
        "electric": "电气 電気 전기",
        "electronics": "电子 電子 전자",
        "construction": "建设 建設 건설 建筑",
        "chemical": "化工 化学 화학",
        "steel": "钢铁 鋼鐵 鉄鋼 제철",
        "shipping": "航运 海运 海運 해운",
        "aviation": "航空 항공",
        "insurance": "保险 保険 보험",
        "investment": "投资 投資 투자",
        "fund": "基金",
        "university": "大学 大學 대학교",
        "institute": "研究所 연구소",
        "logistic": "物流 물류",
        "energy": "能源 에너지",
        "oil": "石油 석유",
        "gas": "天然气",
        "china": "中国 中國 중국",
        "japan": "日本 일본",
        "korea": "韩国 한국 韓国",
        "beijing": "北京",
        "shanghai": "上海",
        "hong kong": "香港",
        "taiwan": "台湾 臺灣",
        "import": "进出口",
        "automotive": "汽车 自動車 자동차",
        "pharmaceutical": "制药 製薬 제약",
        "communication": "通信 通讯 통신",
        "service": "服务 서비스",
    }.items()
    for signs in every.split()
}
LONGEST_IN_SIGNS = max(map(len, IN_SIGNS))


@lru_cache(maxsize=1 << 14)
def common(word: str) -> str | None:
    """The word by which a common word is compared; `None` for a word that is none."""
    known = _common()
    return known.get(word) or known.get(_stem(word.removeprefix(_ARABIC_FOR)))


def place(word: str) -> str | None:
    """The name by which a country is compared; `None` for a word that is none."""
    return _places().get(word)


_ARABIC_FOR = "ll"
_RUSSIAN_ENDING = re.compile(
    "(?<=[a-z]{4})(?:[yi][yij]|aya|a[ij]a|o[ey]e?|oje|ogo|ykh|oi|i?e|iya|iyu)$"
)


def _stem(word: str) -> str:
    return _RUSSIAN_ENDING.sub("", word)


@lru_cache(maxsize=1)
def _common() -> dict[str, str]:
    known: dict[str, str] = {}
    canonical = ""
    for part in _COMMON.split():
        if part.endswith(":"):
            canonical = part[:-1]
            known[canonical] = canonical
        else:
            known.setdefault(part, canonical)
            known.setdefault(_stem(part), canonical)
    return known


def country(word: str) -> str | None:
    """The code of a country; `None` for a word that names none."""
    return _codes().get(_places().get(word, ""))


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    known: dict[str, str] = {}
    for _, canonical, *others in _listed():
        for name in (canonical, *others):
            known.setdefault(name, canonical)
    return known


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {canonical: code for code, canonical, *_ in _listed() if code}


def _listed() -> Iterator[list[str]]:
    for line in _PLACES.replace("\n", " ").split(";"):
        words = line.split()
        yield words if words[0].isupper() else ["", *words]
