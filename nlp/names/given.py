"""Which given names, and which short forms, stand for one another."""

import re
from enum import Enum
from functools import lru_cache


class Kinship(Enum):
    """How two known names are related."""

    SPELLING = "spelling"  # Mohammed and Muhamad
    SHORT_FORM = "short form"  # Bob and Robert
    TRANSLATION = "translation"  # John and Giovanni
    STRANGERS = "strangers"  # both are known, and they are two names


def kinship(left: str, right: str) -> Kinship | None:
    """How two folded given names are related; `None` when one of them is not known here."""
    known = _known()
    mine, theirs = known.get(left), known.get(right)
    if mine is None or theirs is None:
        return None
    best = Kinship.STRANGERS
    for line, name, is_short in mine:
        for other_line, other_name, other_is_short in theirs:
            if line != other_line:
                continue
            if name != other_name:
                best = Kinship.TRANSLATION if best is Kinship.STRANGERS else best
            elif is_short or other_is_short:
                best = Kinship.SHORT_FORM
            else:
                return Kinship.SPELLING
    return best


def is_diminutive(token: str, name: str) -> bool:
    """Whether *token* is a known given *name* with an ending that makes it small: Carlitos."""
    if token[0] != name[0] or name not in _known():
        return False
    found = _DIMINUTIVE.fullmatch(token)
    return bool(found and name.startswith(found[1]))


# Endings that no full name has by itself; -ina, -ita and their like also make women's names.
_DIMINUTIVE = re.compile(
    "([a-z]{3,}?)(?:ochka|echka|ushka|usha|enka|iks?|yk|inhos?|itos?|chen|lein|tje|cik|akis?|usia"
    "|eczek)"
)


def is_other_sex(left: str, right: str) -> bool:
    """Whether one is a man's name known here and the other a woman's made of it: Mario, Maria."""
    if left[0] != right[0] or abs(len(left) - len(right)) > 1:
        return False
    man, woman = sorted((left, right), key=lambda name: (len(name), name.endswith("a")))
    made = woman.removesuffix("a")
    return (
        woman != made and man in {made, made + "o"} and len(man) > _SHORTEST_MAN and is_given(man)
    )


_SHORTEST_MAN = 3


def is_given(token: str) -> bool:
    """Whether this is a given name known here."""
    return token in _known()


# One line is one name through the languages, `|` between the languages; within one, its spellings,
# then after `~` its short forms. Written from general knowledge for this table.
_NAMES = """
abbas abas abbass
abdallah abdellah abdullah abdulla abdalla abdoullah abdullahi abdoulaye
abdelkader abdulqadir abdulkadir abdelkadir abdalqadir abdulqader
abdelaziz abdulaziz abdalaziz
abdelrahman abdulrahman abdurrahman abdurahman abderrahmane abdirahman abdalrahman
abdelkarim abdulkarim abdulkareem abdikarim
abdulrahim abdurrahim abdelrahim abdurraheem abdulraheem
abdulhamid abdelhamid abdulhameed
abdulmalik abdelmalik abdelmalek abdulmalek
abdul abdel abdoul abdal abd
adam adem
adolf adolph | adolfo
adrian adrien adriaan | hadrian
agnes agnieszka agnesa ~ aga
ahmed ahmad ahmet akhmed achmed akhmad ahmadou amadou
aisha aysha aicha ayesha aishah ayse
albert | alberto ~ beto | albrecht ~ bert
alexander aleksandr aleksander alexandr alexandre oleksandr aliaksandr aleksandar alexandar aleksandrs alexandros iskander iskandar ~ alex aleks sasha sascha sacha sandro alec xander shura sanya olek | alessandro ~ sandro | alejandro ~ jandro
alexandra aleksandra oleksandra alessandra alejandra ~ sasha sandra alexa lexi ola
alexei aleksei alexey aleksey alexej aleksej oleksii oleksiy oleksiyi aliaksei alexis ~ alyosha lyosha lesha alesha leha lyokha
alfred alfredo ~ fred alf fredo
ali aly
alice alisa alicia alicja ~ ala
amal amaal
amin ameen amine
amir ameer emir
amira ameera emira
ana anna anne ann ~ annie anke anneke anita anushka ania asia | hanna hannah | anja anya
anastasia anastasiya anastasija nastassja anastazja ~ nastya stacy tasia nastia
anatoly anatoli anatolii anatoliy anatolij anatol ~ tolya
andrew andrews ~ andy drew | andrei andrey andrej andrii andriy andrzej ondrej ~ andryusha | andreas anders ~ andi | andre | andrea | andres
angela angelika angelique angelina ~ angie
angelo angel
anthony antony ~ tony ant | anton antonin ~ toni | antonio ~ tonio tono toni | antoine ~ titi | antoni antonij ~ antek | antonios ~ antonis
arkady arkadi arkadii arkadiy
arthur artur arturo
artem artyom artiom artjom artemi ~ tyoma
asad assad asaad
augustin augustine agustin agostino
bakr bakar bakir
barbara varvara ~ barb babs basia
bartholomew bartlomiej bartolomeo bartolome ~ bart bartek
beatrice beatriz beatrix ~ bea trixie
benedict benedikt benedetto benoit benito ~ ben
benjamin binyamin veniamin beniamino ~ ben benny benji bibi
bernard bernhard bernardo bernd ~ bernie
bogdan bohdan
boris borys ~ borya
brian bryan
camille kamil kamila camila
carl karl | carlo | carlos | charles ~ charlie chuck chas chaz | karel
catherine katherine kathryn catharine katharine ~ kate katie cathy kathy kat kit | ekaterina yekaterina jekaterina katerina kateryna ~ katya katja katia | katarzyna ~ kasia | katharina katarina ~ kathe kati trina | caterina catarina | catalina | karin
cecilia cecile cecylia
christian kristian cristian krystian christiaan ~ chris kris
christina kristina cristina christine kristin krystyna khrystyna ~ chris tina christy krysia
christopher kristopher kristoffer christoph christophe ~ chris kris topher | krzysztof ~ krzysiek | cristobal
claire clara klara clare
claude claudio claudius klaudiusz
claudia klaudia
clement clemens klemens clemente
cornelius cornelis kornel ~ kees cor
daniel danil daniil danylo daniele danyal danial ~ dan danny dani
daria darya dariya daryna ~ dasha
david dawid davide daud dawood dawud dawoud davit ~ dave davy
deborah debora ~ debbie deb
denis dennis denys dionisio dionysios
dieter diether
dimitri dmitri dmitry dmitrii dmitriy dmytro dmitrij dimitry dzmitry ~ dima mitya | dimitrios demetrios dimitris ~ mitsos dimos | demetrio
dominic dominik dominique domenico domingo ~ dom mimmo
donald ~ don donnie
donatello donato
dorothy dorothea dorota ~ dot dottie dora
edmund edmond edmundo ~ ned
edward edvard eduard edouard eduardo edoardo duarte ~ ed eddie ted teddy ned edu edek
elena helena helen yelena jelena olena ellen helene ilona eleni ~ lena nelly lenka
eleanor eleonora leonor ~ nora ellie
elias ilias ilyas elijah eliyahu
elizabeth elisabeth elisabetta elzbieta yelizaveta elizaveta isabel ~ liz lizzie beth betty betsy bess lisa eliza elsa liza ela libby lisbeth elise
emil emile emilio
emilia emily emilie ~ em milla
emma ema
enrico enrique henrique ~ quique rico | henry harry ~ hank hal harry | heinrich ~ heinz heiner heini | henri | hendrik henrik henryk ~ henk rik hein heniek
eric erik erich | eryk
ernest ernst ernesto
esther ester
eugene eugen eugenio yevgeny evgeny evgeni evgenii yevgeni yevgenii evgeniy yevhen yevgen ievgen ievhen jevgeni evgenij jewgeni ~ zhenya gene yevgen
eva eve ewa
fadi fady
farid fareed ferid
fatima fatma fatimah fatemeh fathima fatoumata
faisal faysal feisal faycal
felix feliks
ferdinand fernando hernando fernand ~ ferdi nando
florian florin
francis francois ~ frank | francesco ~ franco checco cesco | francisco ~ paco pancho curro kiko chico | franz ~ franzl | frans frantisek ~ franta | franciszek ~ franek
frank frankie
frederick frederic fredric federico ~ fred freddie freddy rick | friedrich fridrich fredrich ~ fritz | frederik fredrik ~ freek
gabriel gavriil gabriele jibril jebril ~ gabe gabi
gabriela gabriella gabrielle ~ gabi
gaspard caspar kaspar jasper casper
gennady gennadi gennadiy gennadii hennadiy hennadii ~ gena
geoffrey jeffrey geoff jeffery ~ jeff geoff | gottfried godfrey
george georges georg georgi georgy georgii giorgi gheorghe ~ gio goga | giorgio | jorge | jurgen jorgen joerg | yuri yury yuriy yurii iurii juri jurij iouri ~ yura | georgios yorgos giorgos | jerzy ~ jurek
gerald gerard gerhard gerardo gerrit geraldo ~ gerry jerry gerd
gregory grigory grigori grigoriy grigorii hryhoriy hryhorii gregor gregorio grzegorz grigor ~ greg grisha grzes
guadalupe ~ lupe
gustav gustavo gustave gustaf ~ gus
habib habeeb
hafez hafiz hafid
hakim hakeem
hamid hameed | hamed hamad
hamza hamzah hamze
hans hannes
harold harald ~ hal harry
hassan hasan hasen
hector ektor
helmut hellmut helmuth
herbert heribert ~ bert herb
hermann herman armando germano
hugo ugo hugh
hussein husayn hussain husain huseyin hossein hosein hussien housseine husein hoseyn khusein
ian iain
ibrahim ibraheem ebrahim ibragim brahim ~ ibo | abraham avraham avram abram ~ abe avi
idris idriss edris
ignatius ignacio ignazio ignacy ~ nacho
igor ihor
ilya ilia illia iliya ilja
imran umran
inga inge ingrid
irina iryna irene irena eirini ~ ira
isaac izaak itzhak yitzhak isak ishaq ishak ~ ike
isabella isabelle izabela isabela ~ bella iza
ismail ismael ismaeel esmail
ivan iwan ~ vanya wanja | john jon ~ johnny johnnie jack jonny | juan ~ juanito | jean jehan | johannes johan johann ~ hans jan hannes | giovanni ~ gianni nanni vanni | joao ~ joaozinho | ioannis yannis giannis ioannes yiannis | ian iain | jan janusz ~ janek jas | sean shaun shawn | yahya yehia yahia | ioan ion | jovan
jacob jakob jakub yakub yaqub yakov jacobo giacomo jaap yaakov yaqoob ~ jake kuba yasha jascha | james ~ jim jimmy jamie jem | jaime | jacques | diego santiago thiago
jafar jaafar djafar jaffar gafar
jalal jalaal djalal celal galal
jamal jamaal gamal djamel djamal cemal jamel
jasmine yasmin yasmine jazmin
javier xavier ~ javi
jennifer ~ jen jenny jennie
jeremiah jeremias jeremy jeremie ~ jerry
jerome hieronymus geronimo jeronimo hieronim
joachim joaquin gioacchino joakim ~ jochen achim quino
joan joanna johanna jeanne jane jana juana giovanna ivana janet ~ jannie asia
jonathan yonatan johnathan ~ jon jonny nathan
joseph josef jozef yosef iosif ~ joe joey sepp jupp jos | jose ~ pepe pepito chepe | giuseppe ~ beppe peppe pino | yusuf youssef yousef yusef youssouf jusuf yusof yousif yusup | josip
joshua jehoshua yehoshua ~ josh
julia julija yuliya yulia iuliia juliya giulia julie ~ jules julka
julian julien giuliano julio jules giulio julius yulian
kamal kemal kamel kamaal
karim kareem kerim
kenneth kennet ~ ken kenny
khalid khaled chaled halid chalid halit khalad
khalil halil khaleel
konstantin konstantinos constantine constantin costantino kostiantyn ~ kostya kostas costa dinos
larisa larissa larysa ~ lara
lars laurits | lawrence laurence ~ larry laurie | laurent | lorenzo ~ renzo | lorenz laurenz
layla leila leyla laila
leo leon lev lew leonas leone ~ lyova
leonard leonardo leonhard ~ len lenny leo
leonid leonidas leonide ~ lenya
louis lewis ~ lou | luis luiz | luigi ~ gigi gino | ludwig ludvig | lodewijk | ludovic
louise luisa luise lujza
lucas luke luca lukas lukasz luka loukas
lucia lucy lucie luz lucja
lyudmila ludmila liudmila ludmyla lyudmyla ~ lyuda mila luda
magdalena magdalene madeleine madeline ~ magda lena maddie
mahdi mehdi madi
mahmoud mahmud mahmood mehmood mahmut makhmud
malgorzata margaret margarete margarita margherita marguerite margareta ~ gosia peggy maggie meg greta gretel rita margot meggie madge marge grete
manuel emanuel emmanuel immanuel manoel emanuele ~ manny manolo lolo
marcel marcello marcelo
marek mark marc marco marko marcos marcus markus markos
maria mary marie mariya marija mariia maryam mariam miriam maryia meryem ~ masha molly polly mimi maya mia manya mitzi marisa mariana marika
mario marius mariusz
marian mariano
martin marten maarten martino marcin martyn ~ marty
martha marta marthe
marwan merwan marouan
maryna marina
masoud massoud masud mesut masood
matthew matteo mateo mateusz mathieu matthieu matvei matvey matthaus mateus ~ matt matty | matthias mathias matias mattias matyas maciej ~ matze hias maciek
maurice mauricio maurizio moritz maurits mauritz ~ mo
max maks maximilian maximilien massimiliano maksymilian ~ maxi
maxim maksim maksym maxime massimo maximo ~ max maks
mehmet mehmed ~ memo | mohammed muhammad mohammad mohamed muhammed mohamad muhamad mohamet magomed mukhammad muhamed mahammad mahomet mohd muhammet mamadou mouhamed muhammadu ~ mo mohd md muh moe
michael micheal ~ mike mick micky mikey mickey mitch | mikhail mihail mykhailo michail mikhael mihailo mikhailo mykhaylo ~ misha mischa | michel michiel | miguel ~ migue | michele | mikael mikkel | michal ~ michas | mihai | mihaly ~ misi
michaela mikaela michalina micaela
michelle michele
milan millan
mohsen muhsin mohsin muhsen
monica monika monique
mubarak mobarak moubarak
munir mounir muneer
murad mourad murat morad
musa moussa mousa mussa | moses moshe moises mose
mustafa mostafa moustafa mustapha mostapha mustafah ~ musti
nabil nabeel
nadia nadja nadya nadezhda nadezda nadiia ~ nadine
nasser nasir naser nasr nassir nassar
natalia natalya nataliya natalie nataliia natalija nathalie ~ natasha nat talia tasha
nathan natan nathaniel nataniel ~ nate nat
nicholas nicolas nikolas nicolaus nikolaus niklas ~ nick nicky nico niko claus klaus | nikolai nikolay nikolaj mykola nicolai mikalai ~ kolya | niccolo nicola nicolo | nikolaos ~ nikos | nikola | mikolaj
nicole nicola nicoletta ~ nicky niki
nur noor nour
oleg oleh
olga olha ~ olya
olivia oliwia ~ liv livia
oliver olivier oliviero ~ ollie
omar umar omer oumar omr
osama usama oussama ousama
oskar oscar
osman usman utman uthman othman ousmane outhman
otto otton
patricia patrizia patrycja ~ pat patty trish tricia
patrick patrik patrizio patricio padraig patryk ~ pat paddy rick
paul | pavel pavlo pawel pavol ~ pasha | paolo | pablo | pauwel | paulo | pal
paula paola pavla paulina pauline ~ polly
peter petr pyotr petro pieter petar petter ~ pete petya piet | piotr ~ piotrek | pierre ~ pierrot | pietro piero | pedro ~ perico | petros | per peder | butrus boutros
philip phillip philipp philippe filip filippo felipe filipp ~ phil pip flip pippo
qasim qassim kassem kasim qassem qasem kassim ghassem gasim
rafael raphael raffaele rafal rafail ~ rafa raf
rahim raheem
rahman rehman
ramadan ramazan ramzan ramadhan
rashid rasheed rachid raschid rashed
raul raoul
raymond raimund raimondo ramon raimundo ~ ray
rebecca rebekka rebeca rivka ~ becky becca bex
reinhard reinhardt reinhart
richard riccardo ricardo ryszard rikard richart ~ rick dick ricky rich richie dickie
robert robrecht ~ bob bobby rob robbie bert robby bobbie | roberto ~ beto berto | rupert ruprecht
rodrigo roderick ~ rod
roger rogier rudiger rodger ruggero
roman romain romano romanus
ronald reynold ~ ron ronnie
rose rosa rosie roza
rudolf rudolph rodolfo ~ rudi rudy
ruslan rouslan
rustam rustem roustam
saifuddin saifeddin seifeddine sayfuddin saifaldin seifeldin
shamsuddin shamseddin chamseddine shamsaldin
nooruddin nureddin noureddine nuruddin nouraldin nurettin
jalaluddin jalaleddin celaleddin
salahuddin salahaddin salaheddine saladin salahaldin selahattin
said saeed saeid sayeed saiid sait | saad sad
salah saleh salih salah saalih
salim saleem selim
salman selman salmaan
salvatore salvador ~ toto sal salvo
sami samy
samir sameer
samuel samuele shmuel samuil ~ sam sammy
sara sarah
sebastian sebastien sebastiano sevastian ~ bastian seb basti
sergei sergey sergej serhiy serhii siarhei sergii sergiy | serge sergio sergius ~ seryozha
shahid shaheed
sharif shareef sherif cherif scherif
singh simh sinh simha sinha
siegfried sigfrid ~ sigi
simon simone szymon semyon semen shimon simeon simao ~ si szymek senya
sofia sophia sophie sofiya zofia sofija sofie ~ sonia sonya zosia sonja
stanislav stanislaw stanislaus stanislas ~ stas staszek stan
stephen steven ~ steve stevie | stefan stephan stepan stephane stefanos szczepan ~ stef | stefano | esteban estevan | etienne | istvan ~ pista
stephanie stefanie stefania ~ steffi steph
suleiman sulaiman suleyman soleiman sulayman sulejman souleymane | solomon salomon salomone ~ sol
susan susanna susanne suzanne zuzana zuzanna susana ~ sue suzy susie suzie zuza
svetlana svitlana sviatlana ~ sveta lana
tahir taher
tamara tamar
tariq tarek tarik tareq
tatiana tatyana tetiana tetyana tatjana ~ tanya tania tanja
teresa theresa therese tereza ~ terry tess tessa resi
theodore theodor teodor fyodor fedor fjodor teodoro fedir ~ ted teddy theo fedya
thomas tomas tomasz tommaso tomaso toma foma ~ tom tommy tomek thom tomi
timothy timofei timofey timoteo timothee ~ tim timmy
urszula ursula ~ ula uschi
vadim vadym wadim
valentin valentine valentino valentyn walenty ~ val
valentina valentyna
valery valeri valeriy valerii valerij valerio ~ valera
vasily vasili vasiliy vasyl vasil wassili wasyl vasilii | basil vasilis vassilis vasilios ~ vasya
veronica veronika veronique ~ vera ronnie
victor viktor vittorio vitor wiktor ~ vic vitya vick
victoria viktoria viktoriya wiktoria vittoria viktoriia ~ vicky vika tori
vincent vincenzo vicente vincenz wincenty vikenti ~ vince enzo vinnie
vitaly vitali vitalii vitaliy vitalij witali vital ~ vitalik
vladimir volodymyr wladimir vladimiro uladzimir wlodzimierz ~ vova volodya vlad wolodja wlodek
vladislav wladyslaw vladyslav ladislav ladislaus ladislao laszlo ~ vlad slava laci
vyacheslav viacheslav wjatscheslaw viatcheslav vaclav waclaw ~ slava
walid waleed oualid
walter valter gualtiero ~ walt wally
wassim wasim waseem
werner verner
wilhelm ~ willi | william ~ bill billy will willie willy liam | guillermo ~ memo | guillaume | guglielmo ~ memmo | willem ~ wim pim | vilhelm
wolfgang ~ wolf
xenia ksenia ksenija kseniya oksana ~ ksyusha
yaroslav jaroslav jaroslaw iaroslav ~ slava jarek
yasin yassin yaseen yassine jassin
yasser yasir yaser jasir
yunus younes yunis younis | jonas jonah
zachary zakaria zakariya zacharias zakariyya zakarya ~ zach zack zac
zahra zohra zehra zahraa
zainab zeinab zaynab zeynep zineb
ziad ziyad zyad
zuhair zouhair zoheir zuhayr
arnold arnaud arnaldo arnoldo ~ arnie
archibald ~ archie
abigail ~ abby gail
alan allan allen
alastair alistair alasdair ~ al
cameron ~ cam
clifford ~ cliff
clinton ~ clint
cynthia ~ cindy
douglas ~ doug
florence ~ flo florrie
gwendolyn ~ gwen
jacqueline ~ jackie
jessica ~ jess jessie
judith ~ judy
kimberly ~ kim
leopold leopoldo ~ leo poldi
leslie lesley ~ les
lillian lilian liliana ~ lily lil
nigel ~ nige
pamela ~ pam
penelope ~ penny
raymundo ~ mundo
reginald ~ reg reggie
roland orlando rolando ~ roly
russell ~ russ
sidney sydney ~ sid
stuart stewart ~ stu
sylvester silvester silvestro ~ sly
terence terrence ~ terry
tobias ~ toby tobi
ulrich ulrik ~ uli
valerie valeria valeriya ~ val
vivian vivien vivienne ~ viv
wilfred wilfried ~ wilf
winston ~ win
zbigniew ~ zbyszek
wojciech ~ wojtek
tadeusz thaddeus tadeo ~ tadek thad
boguslaw ~ bogus
jadwiga hedwig ~ jadzia
agata agatha
kazimierz casimir kasimir ~ kazik
ludovico ~ vico
concepcion ~ concha conchita
dolores ~ lola
rosario ~ charo
mercedes ~ merche
consuelo ~ chelo
jesus ~ chuy chus
barack ~ barry
rami ramy
anna ~ nyura
anton ~ antosha
arkady arkadiy arkadi ~ arkasha
valentin ~ valya
valentina ~ valya
galina halyna ~ galya
georgy georgi georgiy ~ zhora gosha
evgenia yevgenia evgeniya yevgeniya ~ zhenya
igor ~ gosha
ilya ilia ~ ilyusha
innokenty innokentiy ~ kesha
kirill kiril kyrylo ~ kirya
leonid ~ lyonya
lyubov liubov ljubow ~ lyuba
nina ~ ninochka
oleg ~ olezhka
polina polyna ~ polya
rodion ~ rodya
rostislav rostyslav ~ rostik
stepan ~ styopa
tamara ~ toma
timofei timofey ~ tima
yaroslav jaroslav jaroslaw ~ yarik
raisa raissa ~ raya
oleksandr ~ sashko
mykhailo ~ mykhas
bohdan ~ danko
petro ~ petryk
hanna ~ halya
oksana ~ ksenya
stanislaw ~ stasiek
grzegorz ~ grzesiek
boleslaw ~ bolek
ryszard ~ rysiek
mieczyslaw ~ mietek
waldemar ~ waldek
wladyslaw ~ wladek
leszek ~ lech
jiri ~ jirka
josef ~ pepa
jan ~ honza
vaclav ~ vasek
karel ~ karlik
jaroslav ~ jarda
miroslav ~ mirek
zdenek ~ zdenda
katerina ~ katka
jana ~ janicka
marie ~ maruska
ludmila ~ lida
stanislav ~ standa
antonin ~ tonda
jozsef ~ joska jozsi
janos ~ jani
sandor ~ sanyi
ferenc ~ feri
gyorgy ~ gyuri
andras ~ bandi
katalin ~ kati
erzsebet ~ bozsi
ilona ~ ica
imre ~ imi
gabor ~ gabi
lajos ~ lali
katharina ~ kathi kaethe
elisabeth ~ liesel sissi els
sebastian ~ wastl
christoph ~ stoffel
stefan ~ steff stefcho
barbara ~ baerbel
susanne ~ susi
michael ~ michi
alois ~ loisl
eduardo ~ lalo dudu
jorge ~ coque
isabel ~ chabela
gregorio ~ goyo
vicente ~ chente
ramon ~ moncho
salvador ~ chava
refugio ~ cuca
rosario ~ chayo
graciela ~ chela
josefina ~ pepa
eugenia ~ maru
giuseppe ~ peppino
francesco ~ ciccio
salvatore ~ turi
antonio ~ toto nino tonho
gaetano ~ tano
michele ~ lino
raffaele ~ lello
calogero ~ lillo
sebastiano ~ iano
jose ~ ze
luiz luis ~ lula
carlos ~ carlinhos
sebastiao ~ tiao
louis ~ loulou
madeleine ~ mado
dominique ~ dodo
gerard ~ gege
margaret ~ daisy
elizabeth ~ lilibet
sarah ~ sally
dorothy ~ dolly
charlotte ~ lottie
christopher ~ kit
eleanor ~ nell
ellen ~ nell
emily ~ millie
frances ~ fanny
helen ~ nell
janet ~ jan
martha ~ patty
matilda ~ tilly
melissa ~ missy
patricia ~ patsy
vincent ~ vinny
virginia ~ ginny
winifred ~ winnie
clarence ~ clay
edmund ~ ed
ernest ~ ernie
lester ~ les
montgomery ~ monty
oswald ~ ozzie
percival ~ percy
rosemary ~ rosie
woodrow ~ woody
gabrielle ~ gabby
josephine ~ jo
millicent ~ millie
constance ~ connie
gertrude ~ trudy
henrietta ~ hetty
harriet ~ hattie
amanda ~ mandy
miranda ~ mandy
roberta ~ bobbie
hasan ~ haso
huseyin ~ huso
fatma ~ fato
mahmut ~ mamo
suleyman ~ sulo
abdullah ~ apo abdo
emine ~ emo
zeynep ~ zeyno
panagiotis ~ panos takis
athanasios ~ thanos nasos
spyridon spiridon ~ spyros
emmanouil ~ manolis
eleftherios ~ lefteris
anastasios ~ tasos
apostolos ~ tolis
charalampos ~ babis lambis
aikaterini ~ katerina kaiti
sofia ~ soula
stylianos ~ stelios
christos ~ kitsos
efstathios ~ stathis
alexandros ~ alekos
yosef yossef ~ yossi
yaakov ~ kobi yankel
shmuel ~ shmulik
david ~ dudi
menachem ~ mendel
ehud ~ udi
rivka ~ riki
shimon ~ shimi
reuven ~ ruvi
yehuda ~ yudke
abdulrahman abdelrahman ~ abed
muhammad ~ hamada
khalid ~ khaldoun
ion ~ nelu
gheorghe ~ gigi
constantin ~ costel dinu
nicolae ~ nicu
vasile ~ vasilica
alexandru ~ sandu
dumitru ~ mitica
elena ~ lenuta
ecaterina ~ catinca
ivan ~ vanko
georgi ~ gosho
dimitar dimitur ~ mitko
nikolay ~ kolyo
todor ~ tosho
aleksandar ~ aco sasa
jovan ~ joca
milorad ~ mile
slobodan ~ boban
dragan ~ gagi
nikola ~ nidzo
zoran ~ zoki
vladimir ~ vlada
svetozar ~ toza
milan ~ mica
petar ~ pera
dusan dushan ~ duki
branislav ~ bane
goran ~ goga
jacobus ~ koos jaap
adrianus ~ ad
franciscus francois francis ~ frans
antonius ~ toon
wilhelmus ~ wim
petronella ~ nel
johanna ~ jo
maria ~ mieke
catharina ~ toos
margaretha ~ greet
karl ~ kalle
lars ~ lasse
nils ~ nisse
anders ~ ante
gustav ~ gurra
per ~ pelle
bengt ~ benke
erik ~ jerker
johan ~ jocke
juhani ~ jussi
johannes ~ jukka
antero ~ antti
heikki henrik ~ henrik
kaarle ~ kalle
mikael ~ mikko
matti matias ~ matias
carla karla
daniela daniella danielle
martina martine
petra petrina
simona simonetta
jose ~ zeca zeze ze
beatrice beatriz ~ bibi
johannes johan ~ joop hannes hanno joep
jacques jacob ~ sjaak
jozef ~ jef sjef
cornelis ~ cees
gerardus gerard ~ ger geert
theodorus ~ theo dorus
hendrik ~ henk rinus
marinus ~ rinus
elisabeth ~ bep liesbeth lies
zsuzsanna ~ zsuzsi zsuzsa
gyorgy ~ gyuri
ferenc ~ feri
jozsef ~ joska jozsi
sandor ~ sanyi
janos ~ jancsi jani
lajos ~ lali
miklos ~ miki
katalin ~ kati
erzsebet ~ bozsi zsoka
margit ~ manci
muhammad mohammed mohamed ~ hamoudi hamoudeh hammoudi
ahmad ahmed ~ hamoudi hammada
abdallah abdullah ~ aboud abboudi
ibrahim ~ barhoum
khalil ~ khallouli
hussein ~ hassoun
ali ~ allawi
antonio antonia ~ toto nino
salvatore ~ turi toto
domenico ~ mimmo
giovanna ~ nanna
luigi ~ luigino
pasquale ~ lino
gaetano ~ tano
agostino ~ ago
ernesto ~ tino
alberto ~ tito
vicente ~ chente
rafael ~ rafita
ramon ~ moncho
enriqueta ~ queta
manuela ~ manoli
isabel ~ chabela
cayetano ~ tano
eduardo ~ lalo dudu
gerardo ~ lalo
rodolfo ~ fito
adolfo ~ fito
alfonso ~ poncho
ildefonso ~ poncho
fernando ~ nando
sebastian ~ seba
santiago ~ santi chago
joaquim joaquin ~ quim
antonio ~ tono tonho toninho
fernanda ~ nanda
luis luiz ~ lula luizinho lucho
paulo ~ paulinho
roberto ~ betinho
carlos ~ carlao
sebastiao ~ tiao
raimundo ~ mundinho
vaclav ~ vasek venca
josef ~ pepa pepik
jiri ~ jirka jura
miroslav ~ mirek mira
jaroslav ~ jarda
frantisek ~ fanda
zdenek ~ zdena
ladislav ~ lada
milan ~ milanek
martin ~ mates
pawel ~ pawelek
michal ~ michas misiek
jaroslaw ~ jarek
miroslaw ~ mirek
slawomir ~ slawek
jerzy ~ jurek
franciszek ~ franek
kazimierz ~ kazik kazek
zygmunt ~ zyga
bronislaw ~ bronek
elzbieta ~ ela
magdalena ~ madzia
joanna ~ asia
barbara ~ basia
aleksandra ~ ola
ewelina ~ ewka
friedrich ~ fiete fritz
wilhelm ~ willi willy
johann johannes ~ hansi
ludwig ~ lutz wiggerl
alois ~ lois
georg ~ schorsch
jakob ~ jockel
maximilian ~ maxl
sebastian ~ wastl
matthias ~ hias
rudolf ~ rudi
rosemarie ~ romy
elisabeth ~ sissi lisl
katharina ~ kathi kathe
margarete ~ gretl
evgeny yevgeny ~ zhenka
anatoly ~ tolik tolyan
valery ~ valerka
vitaly ~ vitalka
sergei ~ serega
alexander ~ sanya shurik
vladimir ~ vovan vovka
dmitry dmitri ~ dimon
nikolai ~ kolyan
mikhail ~ mishka
pyotr petr ~ petya petka
tatiana ~ tanyusha
natalia ~ nata natashka
ekaterina ~ katerina katyusha
galina ~ galka
zinaida ~ zina
antonina ~ tonya
klavdia ~ klava
rajesh rajesha
rakesh rakesha
ramesh ramesha
suresh suresha
mahesh mahesha
naresh naresha
mukesh mukesha
dinesh dinesha
ganesh ganesha
jitesh jitesha
hitesh hitesha
nilesh nilesha
kamlesh kamlesha
sunil sunila
sushil sushila
anil anila
anup anupa
sanjay sanjaya
sanjeev sanjiv sanjeeva
rajiv rajeev rajiva
rajan rajana
rajendra rajender rajendraa
surendra surinder surendraa
narendra narender narendraa
mahendra mahender mahendraa
jitendra jitender jitendraa
vijay vijaya
vinay vinaya
vinod vinoda
vivek viveka
ajay ajaya
amit amita
amar amara
arun aruna
tarun taruna
varun varuna
karan karana
kiran
deepak dipak deepaka
deepa dipa
priya
pritha
priyanka
kavita
savita
lalita
anita
sunita
vinita
rajkumar rajakumara
rajkumari
nadir nader
nadim nadeem
nidal
bilal belal
jalil jaleel
jabir jaber
sabir saber
bashir basheer bachir
basim bassem
hatim hatem
hashim hashem
haitham haytham
hisham hicham
husam hossam houssam
issam isam essam
imad emad
iyad eyad
jihad
junaid
majid majeed
majda
maher mahir
mazen mazin
mansur mansour mansoor
mukhtar mokhtar
nizar
qais kais
rafiq rafik rafeeq
raed raid
riad riyadh riyad
sabri
shakir shaker
sufyan sofiane
suhail sohail
taha
talal
tamim tameem
turki
waleed
wael wail
yahya yahia
yaqub
zaid zayd zaied
zakir
zahir zaher
ammar amar
anwar
ashraf achraf
ayman aiman
badr bader
fahd fahad
faruq farouk farooq
fawzi fouzi
fuad fouad
ghassan
habiba
halima
hind
huda hoda
iman eman
khadija khadijah
latif lateef
latifa
leena lina
maha
manal
mona muna
najib najeeb
najat
rabia
rana
rania
reem rim
ruqayya rokaya
safia safiya
salma
samia
sana
shahin shaheen
shirin shireen
siham
sumaya soumaya
suad souad
tahira
wafa
yasmina
zeina
daud
arman
armen
arsen
artak
aram
ara
ashot
gagik
garik
hayk hayk
karen
narek
samvel
sargis sarkis
suren
tigran
vahan
vahe
vardan
vazgen
giorgi
grigol
goga
irakli
davit
levan
lasha
luka
nika
nino
nodar
otar
shota
tamaz
temur
vakhtang
zaza
zurab
kenji kenzi
kenta
kenichi
koji
kaoru
yuka
yuko yuuko
yumi
yuki
yukari
yui
yuto
junko
jun
keiko
kumiko
michiko
naoko
noriko
satoko
tomoko
yoshiko
hiroshi
hiroki
hiroko
takashi
takeshi
tadashi
satoshi
kazuo
kazuko
mitch
mitchell
tim
tom
eoin
erin
aidan
ethan
evan
gavin
keith
kent
kirk
kurt
liam
logan
lena
linn
lars
leif
maren
merle
mira
mirko
mirja
semyon
silvia sylvia silvie
silvio
sven
svend
svenja
tanja
tatjana
thea
timo
tina
tine
uwe
vanessa
vera
volker
yannick yannik
yasmin
"""

# Family names whose romanisations no rule of sound brings together: Korean, then Chinese ones.
_FAMILIES = """
kim gim ghim
lee i yi rhee ri
park pak bak bag
choi choe
jung jeong chung jong cheong
kang gang
cho jo
yoon yun
lim im rim
yoo yu ryu ryoo
shin sin
oh o
seo suh so
kwon gwon gweon
hwang whang
ahn an
noh no roh
jeon chun jun
moon mun
bae pae
baek baeg paik paek
koo gu ku
woo u
chen chan tan
wang wong
li lee lei
zhang chang cheung
liu lau low
huang wong ng hwang
zhou chow chou chau
wu ng
xu hsu tsui hui
zhu chu gee
lin lam lim
guo kuo kwok ko
he ho
ye yip yeh yap
xie hsieh tse cheah
zheng cheng tay
cai tsai choi chua
zeng tseng tsang chang
jiang chiang kiang keung
yang yeung young
liang leung
luo lo law
deng teng tang
zhao chao chiu
qian chien chin
sun suen
ma mah
hu wu woo
gao kao ko
tang tong
feng fung
yu yee
dong tung
xiao hsiao siu
cheng ching
cao tsao cho
yuan yuen
xu hsu tsui chui
fu foo
shen shum sum
peng pang
lu lo luk
su so
lu lui
jia chia
ding ting
xue hsueh sit
xi hsi
yan yen yim
yu yue
pan poon pun
du to
dai tai
xia hsia ha
zhong chung
tian tin
ren jen yam
jiang keung
fan
fang fong
shi shih shek sze
yao yiu
tan tam
liao liu
zou chau
xiong hsiung hung
jin chin kam
kong hung
bai pai pak
cui tsui
kang hong
mao mo
qiu chiu yau
qin chin chun
gu ku koo
hou hau
shao siu
meng mang
wan man
duan tuen
lei lui
tao to
li lai
he hor
mo mok
kuang kwong
ou au
situ szeto
ouyang auyeung
sima szema
namgung
hwangbo
seon sun
son sohn
heo hur huh
nam
ko go
yeo
do to
jang chang
song
han
bang pang
jeong chung
ma
byun byeon pyon
eom um
cha
kwak gwak
seong sung
ha
hong
yang
ryu
chu
"""


@lru_cache(maxsize=1)
def _known() -> dict[str, list[tuple[int, int, bool]]]:
    """Each name's places: its line, which language on the line, and whether it is a short form."""
    known: dict[str, list[tuple[int, int, bool]]] = {}
    for line, names in enumerate(_NAMES.split("\n")):
        for language, spellings in enumerate(names.split("|")):
            full, _, short = spellings.partition("~")
            for name in full.split():
                known.setdefault(name, []).append((line, language, False))
            for name in short.split():
                known.setdefault(name, []).append((line, language, True))
    return known


@lru_cache(maxsize=1)
def _firsts() -> dict[tuple[int, int], str]:
    firsts: dict[tuple[int, int], str] = {}
    for name, places in _known().items():
        for line, language, is_short in places:
            if not is_short:
                firsts.setdefault((line, language), name)
    return firsts


@lru_cache(maxsize=1)
def _families() -> dict[str, frozenset[int]]:
    known: dict[str, set[int]] = {}
    for line, names in enumerate(_FAMILIES.strip().split("\n")):
        for name in names.split():
            known.setdefault(name, set()).add(line)
    return {name: frozenset(lines) for name, lines in known.items()}


def same_family(left: str, right: str) -> bool:
    """Whether two family names are romanisations of one Korean or Chinese name."""
    families = _families()
    return not families.get(left, _NONE).isdisjoint(families.get(right, _NONE))


def full_names(token: str) -> tuple[str, ...]:
    """The names a given name may be a spelling or a short form of, each in its first spelling."""
    firsts = _firsts()
    places = _known().get(token, ())
    return tuple(dict.fromkeys(firsts[line, language] for line, language, _ in places))


def is_east_asian_family(token: str) -> bool:
    """Whether this is a Korean or Chinese family name, which is written first."""
    return token in _families()


_NONE: frozenset[int] = frozenset()
