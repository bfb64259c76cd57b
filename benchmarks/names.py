"""Names for a synthetic population: parts of our own choosing in several scripts, recombined.

No real person is meant: given and family names are drawn independently.
"""

import random
from itertools import accumulate
from typing import NamedTuple


class Pool(NamedTuple):
    """The words of one script's names, in the order they are written, the common ones first."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    between: str
    may_have_two: bool


def person(chance: random.Random, *, is_stranger: bool = False) -> str:
    """A name as its bearer writes it; now and then with a second given name.

    Strangers have family names that nobody else has, nor one that sounds like it.
    """
    pool = chance.choices(_POOLS, cum_weights=_SHARES)[0]
    parts = [_drawn(chance, pool.first), _drawn(chance, _STRANGE if is_stranger else pool.last)]
    if pool.may_have_two and chance.random() < 0.15:
        parts.insert(1, _drawn(chance, pool.first))
    return pool.between.join(parts)


def organisation(chance: random.Random) -> str:
    return " ".join(
        (
            chance.choice(_FAMILIES),
            chance.choice(_FIRST),
            chance.choice(_TRADES),
            chance.choice(FORMS),
        )
    )


def _drawn(chance: random.Random, names: tuple[str, ...]) -> str:
    """A few names are common and most are rare: the rank falls off as in any register."""
    return names[int(len(names) * chance.random() ** _FALL)]


def _built(seed: int, count: int, *parts: str) -> tuple[str, ...]:
    """So many different words, each of one beginning, one middle (if there is one) and one end."""
    chance = random.Random(seed)
    choices = [part.split() for part in parts]
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choice(each) for each in choices)] = None
    return tuple(found)


_FALL = 1.6
_LATIN_GIVEN = tuple(
    "Maria Anna Peter Jan Jose Elena Martin Laura David Sofia Thomas Eva Paul Ines "
    "Daniel Marta Luis Clara Mark Julia Victor Nina Stefan Rosa Adam Lena Robert "
    "Alba Andre Ida Simon Vera Felix Noor Oscar Mila Bruno Greta Hugo Petra Emil "
    "Tessa Karel Lucia Anton Dina Milan Edda Ruben Olga Tobias Ilse Samuel Mara "
    "Gustav Irena Leon Signe Fabio Zora Henrik Amara Dario Yara Ivo Kadri Tomas "
    "Selma Matteo Frida Nils Bianca Otto Ilona Rafael Saskia Arvid Noemi Cosmin "
    "Leila Viktor Branka Eamon Wanda Cyril Odile Jasper Thea Ludvik Perla Marcin "
    "Gilda Anselm Runa Basil Calla Dragan Elodie Fergus Halina Iker Jolanta Kester "
    "Liv Manfred Nadia Orhan Pilar Quentin Renata Sverre Tamsin Ulrich Vesna Wilma "
    "Xenia Yorick Zdenka Agnes Boris Celine Damir Esther".split()
)
_FAMILIES = _built(
    1,
    9000,
    "Al Bir Bran Cor Dah Ek Fal Gren Hol Iv Jan Kes Lin Mar Nor Os Pal Quil Ras San "
    "Tar Ul Van Wes Yar Zel Cres Dor Es Fen Gar Has Is Jar Kol Lor Mor Nes Ol Pel "
    "Rav Sor Tel Ur Vel Wic Zar Am Ber Cas Del Ev Fos Gal Har In Jes Kan Lam Man "
    "Nel Or Pac Ren Sel Tol Vin Bru Cla Dra Fri Gri Kra Pro Stra Tre Blo Chi Glo "
    "Sche Spi Sko Thu Whi",
    "der ken do ver la mi ro sten ga bo li fi ne cu tha ri ma zo pe va ju wi lo si "
    "ha di nu ka te xo",
    "berg son ova ini escu ez man ström stad ski eira ley heim dottir ard oni as "
    "mann ton wick ford quist roux nault idge hoff shaw worth",
)
_STRANGE = _built(
    7,
    1500,
    "Oba Ade Olu Aki Nwo Chu Eke Uzo Ife Ayo Oko Ebu Ugo Abi Eze Oni",
    "bi wu da ku fe jo chi so ga mba",
    "wale kunle ikechi ugo bunmi anyi yemi fola gbo dapo",
)
_CYRILLIC_GIVEN = tuple(
    "Иван Анна Олег Елена Петр Мария Сергей Ольга Павел Нина Андрей Вера Игорь Юлия "
    "Роман Дарья Максим Алла Борис Лидия Виктор Инна Денис Зоя Кирилл Раиса Антон "
    "Жанна Глеб Софья Артем Полина Вадим Тамара Егор Ксения Лев Марина Никита Римма "
    "Семен Ульяна Тимур Эмма Федор Яна".split()
)
_CYRILLIC_FAMILY = _built(
    2,
    2500,
    "Бро Вес Гор Ду Ер Жил За Из Ка Ле Мо Но Ор По Ра Со Ти Ул Фа Хо Цве Че Шу Ще Юр Яс Бе Гро До",
    "ла ме ни ро ду ка са ве ти го жа ли му по",
    "ов ин ский енко ев ук ович еев юк ян ко дзе швили",
)
_ARABIC_GIVEN = tuple(
    "أحمد محمد علي فاطمة حسن ليلى يوسف مريم خالد سارة عمر نور سامي هدى طارق رانيا كريم دينا بلال "
    "سلمى جمال هالة زياد أمل فهد رنا وليد لينا ماجد نادية رشيد سمر".split()
)
_ARABIC_FAMILY = _built(
    3,
    900,
    "باب نهر جبل سوق قصر بست واد حجر نخل سحل مرج صقر هلل فرس كتب نجر حدد صيد عطر زهر شمس قمر بحر "
    "غاب سهل رمل ورد برك",
    "ا و ي اا ر ل ن م",
    "ي وي اني ة ان ين ون",
)
_GREEK_GIVEN = tuple(
    "Γιώργος Μαρία Νίκος Ελένη Κώστας Άννα Πέτρος Σοφία Ηλίας Ειρήνη Σπύρος Δήμητρα Θανάσης "
    "Κατερίνα Λευτέρης Ζωή Μιχάλης Ρένα".split()
)
_GREEK_FAMILY = _built(
    4,
    450,
    "Βουν Γαλ Δενδρ Θαλασσ Καμπ Λιμν Μυλ Νησ Ποταμ Ρεματ Σπηλ Χωρ Αμπελ Ελατ Κηπ Πετρ",
    "ο α ι ου ε",
    "νίδης πουλος λάκης ράς τέλης μάτης",
)
_HAN_GIVEN = _built(
    5,
    700,
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 艳 勇 建 小 志 秀 海 文 子 雨 晓 玉 春 国 天",
    "明 强 英 燕 博 轩 桐 国 华 平 红 刚 兰 云 峰 宁 辉 霞 琴 波 涛 梅 林 龙 玲 月 生 安 民 杰",
)
_HAN_FAMILY = tuple(
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 "
    "欧阳 司马 梁 宋 郑 谢 韩 唐 冯 于".split()
)
_HANGUL_GIVEN = _built(
    6, 180, "민 서 지 수 현 도 하 예 준 윤 태 은 영 성 재", "준 연 훈 빈 우 민 은 윤 서 현 호 아 진"
)
_HANGUL_FAMILY = tuple("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권".split())

_POOLS = (
    Pool(_LATIN_GIVEN, _FAMILIES, " ", True),
    Pool(_CYRILLIC_GIVEN, _CYRILLIC_FAMILY, " ", True),
    Pool(_ARABIC_GIVEN, _ARABIC_FAMILY, " ", True),
    Pool(_GREEK_GIVEN, _GREEK_FAMILY, " ", True),
    Pool(_HAN_FAMILY, _HAN_GIVEN, "", False),
    Pool(_HANGUL_FAMILY, _HANGUL_GIVEN, " ", False),
)
_SHARES = tuple(accumulate((76, 12, 8, 2, 1, 1)))
_FIRST = tuple(
    "Global Northern Southern Golden Blue Atlantic Baltic Trans Inter Prime Royal River Mountain "
    "Eagle Nova Summit Crystal Harbour Delta Orient".split()
)
_TRADES = tuple(
    "Trading Logistics Shipping Metals Textiles Foods Chemicals Estates Finance Holdings "
    "Consulting Motors Aviation Marine Export Packaging Security Hotels".split()
)
FORMS = tuple("Ltd LLC GmbH AG S.A. S.r.l. B.V. N.V. OÜ UAB AB Oy Lda PLC".split())
