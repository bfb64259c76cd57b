"""People's names in scripts other than the Latin one: beside a title, or by a name known as given.

Scripts with capitals show where a name begins and ends. Of the others a title, a family name of few
signs, or the Latin text around does.
"""

import re

from nlp.names.given import is_given
from nlp.names.words import fold

Extent = tuple[int, int]


def person(match: re.Match[str]) -> Extent | None:
    """Where in the match somebody's name stands, if one does."""
    kind = match.lastgroup
    if kind == "capitals":
        return _in_capitals(match)
    if kind == "arabic":
        return _arabic(match)
    return match.span() if kind == "titled" or _is_apart(match) else None


def _in_capitals(match: re.Match[str]) -> Extent | None:
    """Cyrillic and Greek: from the first word that tells, or all of it behind a title."""
    text = match.string
    words = list(_CAPITALISED.finditer(text, *match.span()))
    is_said = _TITLE_BEFORE.search(text, max(0, match.start() - _NEAR), match.start()) is not None
    while words and _TITLE.fullmatch(words[0].group()):  # "Водитель Сергей Иванов"
        words, is_said = words[1:], True
    if not is_said:
        tell = [number for number, word in enumerate(words) if _tells(word.group())]
        words = words[tell[0] :] if tell else []
        if len(words) < 2:
            return None
    return (words[0].start(), words[-1].end()) if words else None


def _tells(word: str) -> bool:
    """Whether it is a given name, in any case of its language, or has the ending of a family's."""
    if _FAMILY_ENDS.search(word):
        return True
    if is_given(fold(word)):
        return True
    stem = _CASE_ENDS.sub("", word)
    return len(stem) > 2 and any(is_given(fold(stem + end)) for end in ("", "а", "я", "й"))


def _arabic(match: re.Match[str]) -> Extent | None:
    """Behind a title at least one word; else a given name and at least one word more."""
    text = match.string
    words = list(_ARABIC_WORD.finditer(text, *match.span()))
    is_said = words[0].group() in _ARABIC_JOINTS
    while words and words[0].group() in _ARABIC_TITLES:
        words, is_said = words[1:], True
    if not words or not (is_said or words[0].group() in _ARABIC_GIVEN):
        return None
    end = 1
    while end < len(words) and _goes_on(words[end - 1].group(), words[end].group()):
        end += 1
    if end == 1 and len(words) == 2:  # two words alone
        end = 2
    if end == 1 and not is_said:
        return None
    return words[0].start(), words[end - 1].end()


def _goes_on(before: str, word: str) -> bool:
    return before in _ARABIC_JOINTS or word in _ARABIC_JOINTS or (
        word in _ARABIC_GIVEN or word.startswith("ال")
    )  # fmt: skip


def _is_apart(match: re.Match[str]) -> bool:
    """Whether a few signs stand in a text of Latin letters, and are no word of every day."""
    return match.group() not in _WORDS and _LATIN.search(match.string) is not None


_NEAR = 24  # characters before a name in which its title stands
_CASE_ENDS = re.compile(r"(?:ом|ой|ем|ей|[ауеыиюя])$")
_CAP = r"[А-ЯЁІЇЄҐΑ-ΩΆΈΉΊΌΎΏ][а-яёіїєґα-ωάέήίόύώϊϋΐΰς'-]{1,24}"
_CAPITALISED = re.compile(_CAP)
_FAMILY_ENDS = re.compile(
    r"(?:[еиі]вна|[оеё]вна|[оеії]вич[ауе]?|енко|швили|дзе|чук|нюк|όπουλος|οπούλου|ίδης|ιάδης|άκης"
    r"|ούδης|έλης)$"
)
_TITLES = (
    r"г-н[ауе]?|г-ж[аеу]|господин[ауе]?|госпож[аеиу]|гражданин[ауе]?|гражданк[аеиу]|товарищ"
    r"|подозреваем[а-я]{2,3}|обвиняем[а-я]{2,3}|задержанн[а-я]{2,3}|свидетел[а-я]{1,2}"
    r"|потерпевш[а-я]{2,3}|водител[а-я]{1,2}|владел[а-я]{2,4}|имя|фамилия|зовут|имени"
    r"|пан[иіоу]?|громадян[а-яі]{2,3}|водій|свідок|підозрюван[а-яі]{2,3}|власник"
    r"|κος|κα|κύριος|κυρία|οδηγός|ύποπτος|ύποπτη|μάρτυρας|ονόματι|ιδιοκτήτης"
)
_TITLE = re.compile(_TITLES, re.IGNORECASE)
_TITLE_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{_TITLES}|гр\.|тов\.|κ\.|named?|called|aka|alias|mrs?\.?|suspect|victim"
    r"|witness|driver|owner|name of)[ :,\"«]{1,3}$",
    re.IGNORECASE,
)

# The commonest names by the statistics of the countries that write them so.
_ARABIC_GIVEN = frozenset(
    "محمد أحمد احمد علي حسن حسين خالد عمر عمرو يوسف إبراهيم ابراهيم مصطفى محمود سعيد صالح سالم "
    "طارق كريم ياسين عبدالله فاطمة عائشة مريم زينب خديجة نور ليلى سارة هدى سميرة جمال كمال رشيد "
    "حميد ناصر فيصل سلطان بلال أنس زياد وليد ماجد إسماعيل اسماعيل موسى عيسى جعفر عباس رضا مهدي "
    "هشام نبيل سمير عادل فؤاد أمين".split()
)
_ARABIC_JOINTS = frozenset("بن ابن بنت أبو ابو أم عبد آل".split())
_ARABIC_TITLES = frozenset(
    "السيد السيدة الشيخ الدكتور المدعو المدعوة المتهم الشاهد السائق المشتبه اسمه اسمها".split()
)
_ARABIC = r"[\u0621-\u064a\u0671-\u06d3]{2,20}"
_ARABIC_WORD = re.compile(_ARABIC)

# The commonest family names, and words of every day that begin with one of them.
_CHINESE_FAMILIES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧肖蔡潘田"
    "董袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁任卢盧姚沈钟鐘姜崔谭譚陆陸范汪廖石金贾賈夏付方邹鄒熊白孟秦邱江尹薛闫段雷侯"
    "龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴戴莫孔向汤湯欧歐"
)
_KOREAN_FAMILIES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하곽성차주우구"
_WORDS = frozenset(
    """
    马上 方便 高兴 高速 高铁 高度 江苏 江西 黄金 白色 黄色 金色 白天 石油 毛巾 何时 何地 任何
    任务 余额 成都 周一 周二 周三 周四 周五 周六 周日 周末 周围 方向 方法 方面 江南 万元 金额
    金钱 向前 向北 向南 夏天 夏季 石头 白粉 马路 田野 万一 陈述 程度 程序 严重 严格 安全 林业
    江边 龙头 石家庄 罗马 고속도 서울시 전화번 이메일 주소지 신고자
    """.split()
)
_NO_NAME = "在是的和了说說有去来來从從到与與被将"  # what a sentence goes on with
_CHINESE = rf"[{_CHINESE_FAMILIES}][\u4e00-\u9fff](?:(?![{_NO_NAME}])[\u4e00-\u9fff])?"
_SIGN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_LATIN = re.compile(r"[A-Za-z]{3}")
PATTERN = re.compile(
    rf"(?P<capitals>(?<![^\W_]){_CAP}(?: {_CAP}){{0,3}}(?![^\W_]))"
    rf"|(?P<arabic>(?<![^\W_]){_ARABIC}(?: {_ARABIC}){{0,5}}(?![^\W_]))"
    rf"|(?P<titled>{_CHINESE}(?=先生|女士|小姐|太太|警官|医生|律师)"
    rf"|(?:(?<=司机)|(?<=名叫)|(?<=姓名)|(?<=证人)|(?<=嫌疑人)|(?<=姓名:)|(?<=受害人)){_CHINESE}"
    rf"|(?<!{_SIGN})[\u4e00-\u9fff]{{2,4}}(?=さん|氏|様|容疑者)"
    rf"|(?<!{_SIGN})[{_KOREAN_FAMILIES}][\uac00-\ud7a3]{{1,2}}(?= ?(?:씨|님)))"
    rf"|(?P<apart>(?<!{_SIGN})(?:{_CHINESE}|[{_KOREAN_FAMILIES}][\uac00-\ud7a3]{{2}})(?!{_SIGN}))"
)
