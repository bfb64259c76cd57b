"""How common a name is, from what everybody knows and nobody's records."""

from functools import lru_cache

from nlp.names import organisations
from nlp.names.lexicon import GENERIC
from nlp.names.parts import Kind, Role, parts

_EACH_FURTHER_WORD = 0.85

# Names that very many people bear somewhere, by rank of ten: written from general knowledge, as a
# hint that a name alone identifies nobody. Folded; spellings that are common in their own right.
_TIERS: tuple[tuple[float, str], ...] = (
    (
        1.0,
        """
        mohammed muhammad mohammad mohamed ahmed ahmad ali hassan hussein ibrahim fatima abdullah
        omar khan singh kumar devi wang li zhang liu chen kim lee park nguyen tran le smith john
        james david michael robert william maria mary jose juan garcia rodriguez martinez silva
        santos ivanov ivanova sergei sergey alexander aleksandr olga jean anna ana da dos
        """,
    ),
    (
        0.9,
        """
        abdul abd abdel
        jones williams brown taylor johnson davies miller wilson thomas peter paul mark george
        richard charles daniel joseph muller mueller schmidt schneider fischer weber meyer hans
        martin bernard dubois moreau marie pierre michel rossi russo ferrari giuseppe giovanni
        mario hernandez lopez gonzalez perez sanchez ramirez torres flores carlos luis manuel
        antonio francisco oliveira souza pereira costa ferreira joao pedro smirnov kuznetsov popov
        petrov vasiliev sokolov mikhail dmitry dmitri andrei andrey ivan vladimir nikolai elena
        natalia tatiana irina huang zhao wu zhou xu sun ma zhu hu guo he lin choi jung kang cho
        sato suzuki takahashi tanaka watanabe ito yamamoto nakamura sharma patel das begum bibi
        yusuf mustafa mahmoud khaled khalid said saeed salah hamid karim rahman yilmaz kaya demir
        mehmet mustapha ayse novak kowalski nowak jan piotr anna krzysztof popescu ionescu nagy
        kovacs horvat jovanovic papadopoulos georgiou jensen nielsen hansen johansson andersson
        """,
    ),
    (
        0.75,
        """
        moore anderson jackson white harris clark lewis robinson walker young allen king wright
        scott green baker adams nelson hill campbell mitchell roberts carter phillips evans turner
        parker collins edwards stewart murphy kelly ryan obrien walsh sarah emma laura jennifer
        lisa susan karen patricia linda barbara elizabeth catherine steven stephen andrew kevin
        brian matthew anthony christopher edward thomas frank eric becker hoffmann wagner schulz
        koch bauer richter klein wolf schroder neumann schwarz zimmermann braun kruger hofmann
        klaus jurgen stefan andreas wolfgang petit durand leroy simon laurent lefebvre roux david
        nicolas philippe bianchi romano colombo ricci marino greco bruno francesco marco luca
        diaz morales ortiz gutierrez chavez ramos ruiz alvarez mendoza castillo jimenez moreno
        romero herrera medina aguilar vargas castro rivera alves lima gomes ribeiro carvalho
        almeida lopes soares fernandes vieira barbosa volkov fedorov morozov novikov lebedev
        kozlov pavlov egorov semenov golubev vinogradov bogdanov pavel alexei aleksei viktor
        oleg igor yuri svetlana ekaterina anastasia shevchenko kovalenko bondarenko tkachenko
        kovalchuk kravchenko oleksandr mykola volodymyr serhiy oksana gao luo zheng liang xie song
        tang deng feng han cao peng yang jiang shen lu wei jing fang hui ming yoon jang lim han
        oh seo shin kwon hwang ahn kobayashi kato yoshida yamada sasaki gupta shah reddy rao
        verma yadav mishra iqbal hussain malik akhtar butt chaudhry shaikh sheikh abbas rashid
        nasser saleh salim samir tariq walid youssef zahra aisha layla maryam amina celik sahin
        yildiz ozturk arslan dogan aydin wisniewski wojcik kaminski lewandowski zielinski
        marek andrzej tomasz svensson karlsson nilsson eriksson larsson olsen pedersen christensen
        larsen sorensen bakker visser smit vos peeters janssens okafor adeyemi ibrahimov mbeki
        diallo traore keita coulibaly mensah abebe tesfaye haile cohen levi mizrahi horvath toth
        szabo petrovic nikolic markovic ilic
        """,
    ),
    (
        0.5,
        """
        masri nasri najjar hajjar haddad hamdan hariri harari khoury khouri khalil jalil jaber saber
        darwish qasim qassem tamimi tamim zaidi saidi obeidi ubaidi dulaimi jubouri shammari
        shamari otaibi mutairi harbi zahrani ghamdi qahtani rashidi rashed amiri ameri ansari
        mansouri mansoori suwaidi salgado delgado machado furtado toledo robledo quevedo
        acevedo olmedo salinas molinas molina medrano serrano soriano zambrano cardoso cardozo
        cabrera cabrero barrera herrero guerrero guerrera pacheco camacho ibarra ybarra sierra serra
        rojas roias riojas rivas vivas bravo pardo prado prieto nieto soto sosa souto salas salazar
        marquez vasquez velasquez velazquez mendes menendez meneses campos ramos rios solis solano
        correa correia moreira pereda pineda miranda aranda carranza zamora samora cordero cordova
        ferrara ferraro ferrero rossini rossetti conti costantini marini martini mancini manzini
        gallo galli grassi grossi rinaldi rinaldo leone longo lombardi lombardo moretti morelli
        monti ponti testa festa barone baroni fontana montana villa valle bellini bertini
        bauman neumann naumann lehmann lohmann hartmann hermann herrmann hoffman kaufmann kaufman
        bergmann berger burger brunner bruner brandt brand haas hass hahn hann kuhn kohn kohl kuhl
        lang lange lorenz lenz ludwig roth rath seidel seiler simon sommer sonntag stein steiner
        vogel vogt winter winkler ziegler zeller keller kessler kesler heller hellmann hillmann
        dupont dumont dupuis dubois durant dumas thomas garnier granier fournier fourier girard
        gerard giraud lambert lamberti marchand marchal rousseau roussel perrin perret robin robert
        barker parker parks banks burke burns byrne butler cutler cooper hooper coleman holman
        dawson lawson dixon nixon fisher fuller foster porter gordon graham grant hunt hunter
        jenkins jennings hawkins perkins harper harding hardy hart hughes knight palmer pearson
        person peterson patterson price pryce ross rose reed reid rees shaw simpson sampson
        stone stevens stephens walters watson wilson watts webb wells wood woods
        lindberg lundberg lindgren lundgren lindqvist lundqvist sandberg sundberg berglund bergstrom
        nystrom engstrom hallberg hellberg holm holmgren hedberg forsberg fransson jansson jonsson
        holt hoel hansson olsson persson petersson jakobsson henriksson danielsson
        wisniak dudek dudziak pawlak nowicki nowakowski kwiatkowski kowalczyk kozlowski mazur
        mazurek pawlowski michalski michalak grabowski zajac krol krawczyk piotrowski jablonski
        dvorak novotny svoboda prochazka kucera vesely horak nemec pokorny kral ruzicka benes fiala
        sedlak sedlacek hajek hasek kovac kovacic kovacevic babic bozic jankovic ivanovic stankovic
        stojanovic pavlovic pavic popovic petkovic djordjevic todorovic simic savic tomic
        belov belyaev borisov denisov zaitsev zakharov kalinin kiselev komarov kuzmin makarov
        medvedev melnikov mironov nikitin orlov polyakov romanov sidorov sorokin stepanov tarasov
        titov fomin chernov shcherbakov yakovlev zhukov gusev gurev guriev efimov filippov frolov
        melnyk bondar boyko koval kolomiets lysenko marchenko moroz oliynyk petrenko polishchuk
        ponomarenko rudenko savchenko tymoshenko
        kapoor kapur khanna malhotra mehta mehra menon nair naidu pillai iyer iyengar joshi jha
        mishra misra pandey pande tiwari trivedi dwivedi chopra arora ahuja bhatt bhatia sethi seth
        saxena sinha sen basu bose ghosh dutta chatterjee mukherjee banerjee chowdhury
        trinh dinh dang duong doan
        """,
    ),
)


@lru_cache(maxsize=1 << 10)
def commonness(name: str, kind: Kind) -> float:
    """How common *name* is, 0 to 1: as common as its rarest word, and less for every further one.

    A common name cannot be confirmed without a check; a rare one may still be shared.
    """
    words = [token for token in parts(name, kind).core if token.role is not Role.NUMBER]
    telling = [token for token in words if len(token.text) > 1]
    if not telling:
        return 1.0 if words else 0.0  # initials alone are anybody's
    rarest = min(word_commonness(token.text, kind) for token in telling)
    if kind is Kind.PERSON and len(telling) == 1:
        return max(rarest, _LONE_WORD)
    return rarest * _EACH_FURTHER_WORD ** max(0, len(telling) - 2)


def is_common(token: str) -> bool:
    """Whether many people are known to bear this name: what is one letter off may be another."""
    return token in _tiers()


def word_commonness(token: str, kind: Kind) -> float:
    """How common one folded word is among the names of this kind; 0 when it is not known."""
    if kind is Kind.PERSON:
        return _tiers().get(token, 0.0)
    return _GENERIC_SHARE if token in GENERIC or organisations.common(token) else 0.0


_GENERIC_SHARE = 0.9


_LONE_WORD = 0.5  # one name of a person, however rare, is shared


@lru_cache(maxsize=1)
def _tiers() -> dict[str, float]:
    shares: dict[str, float] = {}
    for share, names in _TIERS:
        for name in names.split():
            shares.setdefault(name, share)
    return shares
