"""How other scripts write given names, read back."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from nlp.names.given import is_given


def rendered(written: str) -> str | None:
    """The given name, in Latin letters, that stands so in another script: Джордж is George.

    Also where Cyrillic was put into Latin letters again: Dzhordzh.
    """
    return _known().get(written.lower() if written < _FIRST_OTHER else _plain(written))


def is_rendered(written: str) -> bool:
    """Whether this is a given name of another language, as far as known here."""
    return rendered(written) is not None


_ALIKE = str.maketrans(
    {
        **dict(zip("άέήίόύώϊϋΐΰς", "αεηιουωιυιυσ", strict=True)),
        **dict(zip("أإآٱىیکة", "ااااييكه", strict=True)),
        **dict.fromkeys("'’׳ʼ‘`´ـ"),
        "ё": "е",
        "ґ": "г",
    }
)
_POINTS = re.compile("[\u0591-\u05c7\u064b-\u065f]")  # Hebrew, Arabic
_FIRST_OTHER = "\u0370"  # before it are the Latin letters


def _plain(written: str) -> str:
    """Without what some writers leave out: accents, points, the two dots of a ё."""
    plain = unicodedata.normalize("NFKC", written).lower()
    return _POINTS.sub("", plain).translate(_ALIKE)


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for line in _RENDERINGS.strip().split("\n"):
        name, *forms = line.split()
        for form in forms:
            known.setdefault(_plain(form), name)
            latin = anyascii(form).lower() if _CYRILLIC[0] <= form[0] <= _CYRILLIC[1] else ""
            if len(latin) >= _LONG_ENOUGH and not is_given(latin):
                known.setdefault(latin, name)
    return known


_CYRILLIC = "\u0400", "\u04ff"
_LONG_ENOUGH = 5

# A name, then how scripts other than its own write it; of Arabic and Hebrew names, which leave
# their vowels out, how their own does. Written from general knowledge for this table.
_RENDERINGS = """
john Джон Τζον Τζων جون ג'ון ジョン 约翰 約翰 존
michael Майкл Μάικλ مايكل מייקל מיכאל マイケル 迈克尔 邁克爾 마이클
david Дэвид Девід Ντέιβιντ ديفيد דוד デイビッド デビッド デイヴィッド 大卫 大衛 戴维 데이비드
james Джеймс Τζέιμς جيمس ג'יימס ジェームズ ジェイムズ 詹姆斯 詹姆士 제임스
william Уильям Вильям Вільям Γουίλιαμ Ουίλιαμ ويليام وليام ויליאם וויליאם ウィリアム 威廉 윌리엄
george Джордж Τζορτζ Τζωρτζ جورج ג'ורג' ジョージ 乔治 喬治 조지
georges Жорж Ζωρζ Ζορζ ז'ורז' ジョルジュ 조르주
robert Ρόμπερτ روبرت רוברט ロバート ロベルト 罗伯特 羅伯特 로버트 로베르트
richard Ричард Річард Ρίτσαρντ ريتشارد ריצ'רד リチャード 理查德 理查 리처드
thomas Τόμας توماس תומאס תומס トーマス トマス 托马斯 托馬斯 湯瑪斯 토머스 토마스
charles Чарльз Чарлз Τσαρλς تشارلز شارل צ'ארלס צ'רלס チャールズ シャルル 查尔斯 查爾斯 찰스 샤를
peter Питер Πίτερ بيتر פיטר ピーター ペーター 彼得 피터 페터
paul Пол Поль Πολ بول פול ポール パウル 保罗 保羅 폴
joseph Джозеф Жозеф Τζόζεφ جوزيف ג'וזף ジョセフ ヨーゼフ 约瑟夫 約瑟夫 조지프 조셉 요제프
matthew Мэттью Меттью Μάθιου ماثيو מתיו マシュー 马修 馬修 매튜 매슈
andrew Эндрю Ендрю Άντριου أندرو אנדרו アンドリュー 安德鲁 安德魯 앤드루 앤드류
anthony Энтони Ентоні Άντονι أنتوني אנתוני アンソニー 安东尼 安東尼 앤서니 앤소니
alexander Αλεξάντερ ألكسندر الكسندر אלכסנדר アレクサンダー アレクサンドル 亚历山大 亞歷山大 알렉산더
alexander 알렉산드르
henry Генри Хенри Генрі Χένρι هنري הנרי ヘンリー 亨利 헨리
edward Эдвард Едвард Έντουαρντ إدوارد אדוארד エドワード 爱德华 愛德華 에드워드
mark مارك マーク マルク 马克 馬克 마크
daniel Дэниел Дэниэл Деніел Ντάνιελ دانيال دانييل דניאל ダニエル 丹尼尔 丹尼爾 다니엘 대니얼
jack Джек Τζακ ג'ק 杰克 傑克 잭
jacob Джейкоб Τζέικομπ جاكوب ג'ייקוב ジェイコブ 雅各布 제이컵
jason Джейсон Τζέισον جيسون ג'ייסון ジェイソン 杰森 제이슨
jeffrey Джеффри Τζέφρι جيفري ג'פרי ジェフリー 杰弗里 제프리
jeremy Джереми Τζέρεμι جيريمي ג'רמי ジェレミー 杰里米 제러미
jonathan Джонатан Τζόναθαν جوناثان ג'ונתן ジョナサン 乔纳森 조너선
joshua Джошуа جوشوا ג'ושוע ジョシュア 约书亚 조슈아
justin Джастин Τζάστιν جاستن ג'סטין ジャスティン 贾斯汀 저스틴
steven Стивен Стівен Στίβεν ستيفن סטיבן スティーブン スティーヴン 史蒂文 史蒂芬 스티븐
stephan Штефан Στέφαν شتيفان シュテファン 斯特凡 슈테판
christopher Кристофер Κρίστοφερ كريستوفر כריסטופר クリストファー 克里斯托弗 크리스토퍼
christian كريستيان כריסטיאן クリスチャン クリスティアン 克里斯蒂安 크리스티안
patrick Патрик Πάτρικ باتريك פטריק パトリック 帕特里克 패트릭
kevin Кевин Κέβιν كيفن קווין ケビン ケヴィン 凯文 凱文 케빈
eric Эрик Έρικ إريك אריק エリック 埃里克 에릭
simon Саймон Σάιμον سايمون סיימון サイモン 西蒙 사이먼
philip Φίλιπ فيليب פיליפ フィリップ 菲利普 필립
martin Μάρτιν مارتن מרטין マーティン マルティン 马丁 馬丁 마틴
benjamin Бенджамин Μπέντζαμιν بنجامين ベンジャミン 本杰明 벤저민
samuel Сэмюэл Σάμιουελ صموئيل サミュエル 塞缪尔 새뮤얼
nikolas Николас Νίκολας نيكولاس ניקולס ニコラス 尼古拉斯 니콜라스
kenneth Кеннет Κένεθ كينيث ケネス 肯尼思 케네스
ronald Рональд Ρόναλντ رونالد רונלד ロナルド 罗纳德 로널드
hugh Хью Χιου هيو ヒュー 休 휴
luke Люк Λουκ لوك ルーク 卢克 루크
adam Άνταμ آدم אדם アダム 亚当 애덤
brian Брайан Браян Μπράιαν براين בריאן ブライアン 布莱恩 브라이언
mary Мэри Мері Μέρι ماري מרי メアリー 玛丽 瑪麗 메리
maria ماريا מריה マリア 玛丽亚 瑪麗亞 마리아
anna Άννα آنا אנה アンナ 安娜 안나
elizabeth Элизабет Ελίζαμπεθ إليزابيث אליזבת エリザベス 伊丽莎白 伊麗莎白 엘리자베스
catherine Кэтрин Κάθριν كاثرين קתרין キャサリン 凯瑟琳 캐서린
margaret Маргарет Μάργκαρετ مارغريت מרגרט マーガレット 玛格丽特 마거릿
jennifer Дженнифер Τζένιφερ جينيفر ג'ניפר ジェニファー 珍妮弗 제니퍼
jessica Джессика Τζέσικα جيسيكا ג'סיקה ジェシカ 杰西卡 제시카
jane Джейн Τζέιν جين ג'יין ジェーン 简 제인
joan Джоан Τζόαν جوان ジョーン 琼 조앤
susan Сьюзан Σούζαν سوزان סוזן スーザン 苏珊 蘇珊 수전 수잔
sarah Σάρα سارة سارا שרה サラ 萨拉 莎拉 사라
laura Λόρα لورا לורה ローラ 劳拉 로라
julia Τζούλια جوليا ג'וליה ジュリア 朱莉娅 줄리아
linda Λίντα ليندا לינדה リンダ 琳达 린다
jean Жан Ζαν جان ז'אן ジャン 让
pierre Пьер Πιερ بيير بيار פייר ピエール 皮埃尔 피에르
jacques Жак Ζακ جاك ז'אק 雅克 자크
francois Франсуа Φρανσουά فرانسوا פרנסואה フランソワ 弗朗索瓦 프랑수아
guillaume Гийом Γκιγιόμ غيوم ギヨーム 纪尧姆 기욤
etienne Этьен Ετιέν إتيان エティエンヌ 艾蒂安 에티엔
jerome Жером Ζερόμ جيروم ジェローム 热罗姆 제롬
gerard Жерар Ζεράρ جيرار ジェラール 热拉尔 제라르
jules Жюль Ζυλ جول ジュール 儒勒 쥘
julien Жюльен Ζυλιέν جوليان ジュリアン 朱利安 쥘리앵
gilbert Жильбер Ζιλμπέρ ジルベール 질베르
thierry Тьерри Τιερί تييري ティエリ 蒂埃里 티에리
yves Ив Ιβ إيف イヴ 伊夫 이브
benoit Бенуа Μπενουά بنوا ブノワ 伯努瓦 브누아
eugene Эжен Юджин Ευγένιος يوجين אויגן ユージン ウジェーヌ 尤金
guy Ги Γκι غي ギー 居伊
antoine Антуан Αντουάν أنطوان אנטואן アントワーヌ 安托万 앙투안
laurent Лоран Λοράν لوران ローラン 洛朗 로랑
hubert Юбер ユベール
jose Хосе Жозе Χοσέ خوسيه חוסה ホセ ジョゼ 何塞 호세 조제
juan Хуан Χουάν خوان חואן フアン 胡安 후안
jorge Хорхе Χόρχε خورخي חורחה ホルヘ 豪尔赫 호르헤
javier Хавьер Χαβιέρ خافيير חאבייר ハビエル 哈维尔 하비에르
jesus Хесус Χεσούς خيسوس ヘスス 赫苏斯 헤수스
joaquin Хоакин Χοακίν خواكين ホアキン 华金 호아킨
jaime Хайме Χάιμε خايمي ハイメ 海梅 하이메
julio Хулио Χούλιο خوليو フリオ 胡里奥 훌리오
joao Жоау Жуан Жоан Ζοάο جواو ジョアン 若昂 주앙
guillermo Гильермо Γκιγιέρμο غييرمو ギジェルモ 吉列尔莫 기예르모
miguel Мигель Μιγκέλ ميغيل מיגל ミゲル 米格尔 미겔
angel Анхель Άνχελ آنخيل アンヘル 安赫尔 앙헬
carlos Κάρλος كارلوس קרלוס カルロス 卡洛斯 카를로스
luis Λουίς لويس לואיס ルイス 路易斯 루이스
antonio Αντόνιο أنطونيو אנטוניו アントニオ 安东尼奥 안토니오
francisco Φρανσίσκο فرانسيسكو פרנסיסקו フランシスコ 弗朗西斯科 프란시스코
enrique Энрике Ενρίκε إنريكي エンリケ 恩里克 엔리케
giovanni Джованни Τζοβάνι جيوفاني ג'ובאני ジョヴァンニ ジョバンニ 乔瓦尼 조반니
giuseppe Джузеппе Τζουζέπε جوزيبي ג'וזפה ジュゼッペ 朱塞佩 주세페
giorgio Джорджо Τζόρτζιο جورجيو ジョルジオ ジョルジョ 乔治奥 조르조
giacomo Джакомо Τζάκομο جاكومو ジャコモ 贾科莫 자코모
giulio Джулио Τζούλιο ジュリオ 朱利奥
luciano Лучано Λουτσιάνο لوتشيانو ルチアーノ 卢西亚诺 루치아노
vincenzo Винченцо Βιντσέντζο فينتشنزو ヴィンチェンツォ 温琴佐 빈첸초
grzegorz Гжегож Ґжеґож Γκζέγκος グジェゴシュ 格热戈日
jerzy Ежи Єжи イェジ 耶日
wojciech Войцех ヴォイチェフ 沃伊切赫 보이치에흐
andrzej Анджей アンジェイ 안제이
krzysztof Кшиштоф クシシュトフ 克日什托夫 크시슈토프
zbigniew Збигнев ズビグニェフ
przemyslaw Пшемыслав
jiri Иржи イジー 이르지
istvan Иштван イシュトヴァーン
gyorgy Дьёрдь
hans Ханс Ганс Χανς هانز هانس האנס הנס ハンス 汉斯 漢斯 한스
jurgen Юрген Γιούργκεν يورغن יורגן ユルゲン 于尔根 위르겐
johann Йохан Йоганн Иоганн Γιόχαν يوهان יוהאן ヨハン 约翰内斯 요한
josef Йозеф Γιόζεφ يوزف יוזף 约瑟 요세프
heinz Хайнц Χάιντς هاينز היינץ ハインツ 海因茨 하인츠
heinrich Генрих Хайнрих Χάινριχ هاينريش היינריך ハインリヒ 海因里希 하인리히
helmut Хельмут Гельмут Χέλμουτ هلموت ヘルムート 赫尔穆特 헬무트
gunter Гюнтер Γκίντερ غونتر ギュンター 京特 귄터
georg Георг Γκέοργκ غيورغ גאורג ゲオルク 格奥尔格 게오르크
gerhard Герхард Γκέρχαρντ غيرهارد ゲルハルト 格哈德 게르하르트
karl Καρλ كارل קרל カール 卡尔 卡爾 카를 칼
wilhelm Вильгельм Βίλχελμ فيلهلم ヴィルヘルム 빌헬름
wolfgang Вольфганг Βόλφγκανγκ فولفغانغ ヴォルフガング 沃尔夫冈 볼프강
henrik Хенрик Χένρικ هنريك ヘンリク 亨里克 헨리크
jorgen Йорген Γιόργκεν يورغين イェルゲン 约根 예르겐
jens Йенс Γενς ينس イェンス 延斯 옌스
vladimir Βλαντιμίρ Βλαδίμηρος فلاديمير ולדימיר ウラジーミル ウラジミール 弗拉基米尔 弗拉基米爾
vladimir 블라디미르
sergei Σεργκέι سيرغي سيرجي סרגיי セルゲイ 谢尔盖 謝爾蓋 세르게이
dmitri Ντμίτρι دميتري ديمتري דמיטרי ドミトリー 德米特里 드미트리
andrei Αντρέι أندريه أندري אנדריי アンドレイ 安德烈 安德列 안드레이
alexei Αλεξέι أليكسي אלכסיי アレクセイ 阿列克谢 알렉세이
nikolai Νικολάι نيكولاي ניקולאי ニコライ 尼古拉 니콜라이
ivan Ιβάν إيفان ايفان איוון イワン イヴァン 伊万 伊萬 이반
mikhail Μιχαήλ ميخائيل מיכאיל ミハイル 米哈伊尔 미하일
igor Ίγκορ إيغور איגור イーゴリ 伊戈尔 이고르
boris Μπόρις بوريس בוריס ボリス 鲍里斯 보리스
oleg Όλεγκ أوليغ אולג オレグ 奥列格 올레그
yuri Γιούρι يوري יורי ユーリ ユーリー 尤里
pavel Πάβελ بافيل פאבל パーヴェル パベル 帕维尔 파벨
konstantin قسطنطين קונסטנטין コンスタンチン コンスタンティン 康斯坦丁 콘스탄틴
viktor Βίκτορ فيكتور ויקטור ヴィクトル ビクトル 维克托 维克多 維克多 빅토르
roman رومان רומן ロマン 罗曼 로만
natalia Ναταλία ناتاليا נטליה ナタリア 娜塔莉亚 나탈리야
olga Όλγα أولغا אולגה オリガ オルガ 奥尔加 올가
irina Ιρίνα إيرينا אירינה イリーナ 伊琳娜 이리나
elena إيلينا ילנה エレーナ エレナ 叶莲娜 엘레나
muhammad محمد Мухаммед Мухаммад Магомед Магомет Μοχάμεντ Μουχάμαντ מוחמד ムハンマド モハメド
muhammad 穆罕默德 무함마드 모하메드
mahmoud محمود Махмуд Μαχμούντ מחמוד マフムード 马哈茂德
ahmed أحمد احمد Ахмед Ахмад Αχμέντ אחמד アフマド アハメド 艾哈迈德 아흐메드 아흐마드
hamed حامد
hamid حميد
hamad حمد
hassan حسن حسان Хасан Гасан Χασάν חסן ハサン ハッサン 哈桑 하산
hussein حسين Хусейн Гусейн Χουσεΐν חוסיין フセイン 侯赛因 후세인
ali علي على Али Αλί עלי アリ 阿里 알리
omar عمر Омар Умар Ομάρ עומר オマル 奥马尔 오마르
osman عثمان
ibrahim إبراهيم ابراهيم Ибрагим Ιμπραήμ אברהים איברהים イブラヒム 易卜拉欣 이브라힘
ismail إسماعيل اسماعيل Исмаил Ισμαήλ イスマイル 伊斯梅尔
yusuf يوسف Юсуф Γιουσούφ יוסוף ユスフ 优素福 유수프
yaqub يعقوب
musa موسى موسي
issa عيسى
daoud داود داوود
suleiman سليمان
khalid خالد ハリド 哈立德 칼리드
khalil خليل
tariq طارق ターリク 塔里克
said سعيد
saad سعد
saleh صالح
salah صلاح
salem سالم
salim سليم
salman سلمان
samir سمير
nasser ناصر
nasr نصر
mansour منصور
mustafa مصطفى مصطفي ムスタファ 穆斯塔法
marwan مروان
karim كريم
kamal كمال
jamal جمال
jalal جلال
majid ماجد مجيد
fahd فهد
faisal فيصل
fatima فاطمة فاطمه ファティマ 法蒂玛
aisha عائشة عائشه
zainab زينب
maryam مريم
layla ليلى ليلا
huda هدى
hossam حسام
hisham هشام
hani هاني
walid وليد
ziad زياد
rashid رشيد راشد
ramadan رمضان
adel عادل
amer عامر
ammar عمار
amir أمير امير
amin أمين امين
anwar أنور انور
bilal بلال
bashir بشير
basim باسم
badr بدر
jabir جابر
jafar جعفر
habib حبيب
hamza حمزة حمزه
haydar حيدر
zakaria زكريا
yasser ياسر
yassin ياسين
yahya يحيى يحيي
yunus يونس
abbas عباس
adnan عدنان
faruq فاروق
fuad فؤاد
farid فريد
qasim قاسم
latif لطيف
mohsen محسن
murad مراد
masoud مسعود
nabil نبيل
najib نجيب
nader نادر
sami سامي سامى
sharif شريف
shakir شاكر
sadiq صادق
taha طه
ghassan غسان
mahdi مهدي
magdi مجدي
hadi هادي
haitham هيثم
wassim وسيم
ayman أيمن ايمن
ashraf أشرف اشرف
osama أسامة اسامه
anas أنس انس
iyad إياد اياد
rami رامي
riad رياض
zaid زيد
jawad جواد
hatim حاتم
mazen مازن
maher ماهر
mukhtar مختار
munir منير
bahram بهرام
dariush داريوش
farhad فرهاد
parviz پرویز
alireza علیرضا
gholamreza غلامرضا
mohammadreza محمدرضا
mehrdad مهرداد
moshe משה Моше モシェ 摩西
yosef יוסף
yaakov יעקב
yitzhak יצחק
avraham אברהם
shmuel שמואל
rachel רחל
miriam מרים
chaim חיים
yehuda יהודה
aharon אהרן אהרון
eliyahu אליהו
yisrael ישראל
shlomo שלמה
shimon שמעון
mordechai מרדכי
menachem מנחם
natan נתן
uri אורי
yonatan יונתן
binyamin בנימין
zvi צבי
zeev זאב
aryeh אריה
rivka רבקה
leah לאה
esther אסתר
hanna חנה
amos עמוס
yoav יואב
gil גיל
"""
