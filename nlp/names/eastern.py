"""The syllables of Chinese and Korean names, and how Japanese signs are read."""

import re
from functools import lru_cache
from itertools import islice, product


def syllables(word: str) -> tuple[str, ...]:
    """The two syllables of a Chinese or Korean given name in Latin letters; itself otherwise."""
    if is_syllable(word):
        return (word,)
    return max(_halves(word), key=_likely_halves, default=(word,))


def is_syllable(word: str) -> bool:
    """Whether this may be one syllable of a Chinese or Korean name."""
    return bool(_CHINESE.fullmatch(word) or _KOREAN.fullmatch(word))


@lru_cache(maxsize=1 << 13)
def same_syllable(a: str, b: str) -> bool:
    """Whether two syllables are one, by whatever standard each is romanised."""
    if not _korean(a).isdisjoint(_korean(b)):
        return True
    if _PINYIN_ALONE.match(a) and _PINYIN_ALONE.match(b):
        return a == b
    return _chinese(a) == _chinese(b) or not _pinyin(a).isdisjoint(_pinyin(b))


def sounds(syllable: str) -> frozenset[str]:
    """What a syllable may be: two that are the same, by whatever standard, mostly share one."""
    return _pinyin(syllable) | _korean(syllable)


@lru_cache(maxsize=1 << 12)
def same_given(a: str, b: str) -> bool:
    """Whether two given names, written as one word each, are the same two syllables."""
    return any(
        same_syllable(*first) and same_syllable(*second)
        for one, other in product(_halves(a), _halves(b))
        for first, second in [tuple(zip(one, other, strict=True))]
    )


@lru_cache(maxsize=1 << 13)
def japanese(word: str) -> str | None:
    """A word in the Hepburn way without long vowels; `None` when it is not one of Japanese."""
    if word[-1:] not in _JAPANESE_ENDS or not _NOT_JAPANESE.isdisjoint(word):
        return None  # as most names of elsewhere
    for written, sound in _KUNREI:
        word = written.sub(sound, word)
    return word if _JAPANESE.fullmatch(word) else None


@lru_cache(maxsize=1 << 12)
def readings(signs: str) -> tuple[str, ...]:
    """How Japanese names read these signs, in the Hepburn way; none where one is not known here."""
    signs = _REPEATED.sub(r"\1\1", signs)
    parts = [_signs().get(sign, ()) for sign in signs]
    found = ("".join(reading) for reading in islice(product(*parts), _MOST_READINGS))
    every = (*_signs().get(signs, ()), *found)
    return tuple(dict.fromkeys(japanese(reading) or reading for reading in every))


@lru_cache(maxsize=1 << 12)
def _halves(word: str) -> tuple[tuple[str, str], ...]:
    """Every way to read a word as two syllables, those of one language together."""
    halves = ((word[:place], word[place:]) for place in range(1, len(word)))
    return tuple(
        pair
        for pair in halves
        if any(
            syllable.fullmatch(pair[0]) and syllable.fullmatch(pair[1])
            for syllable in (_CHINESE, _KOREAN)
        )
    )


def _likely_halves(pair: tuple[str, str]) -> tuple[bool, bool, int]:
    first, second = pair
    is_chinese = bool(_CHINESE.fullmatch(first) and _CHINESE.fullmatch(second))
    return is_chinese, second[0] not in _VOWELS, len(first)


_VOWELS = frozenset("aeiou")
_CHINESE = re.compile(
    r"(?:zh|ch|sh|hs|ts|tz|sz|ss|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:eung|iang|iong|iung|uang|ueng|ieng|[aeiou]ng|uet|uan|uen|ian|ien|iao|uai|uei|ieh|ueh|erh|[aeiu]n"
    r"|ao|au|ai|ei|ou|ia|ie|iu|ui|uo|ua|ue|er|ih|ah|eh|uh|[aeiou])"
)
_KOREAN = re.compile(
    r"(?:kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjhyw])?"
    r"(?:yeo|yae|yoo|you|ya|ye|yo|yu|wae|weo|woo|wa|we|wi|wo|eui|ae|eo|eu|ee|oo|ou|oe|ui|ai|oi"
    r"|[aeiou])(?:ng|ck|[kgnltmpbdr])?"
)

# Pinyin and Wade-Giles. The second writes without its apostrophes what the first tells apart, so
# these may be one unless both can only be pinyin.
_PINYIN_ALONE = re.compile("[qxz]|c(?!h)")
_CHINESE_SOUNDS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("^(?:zh|ch|[jq])(?=ih?$)", "J"),
        ("^(?:zh|ch|[jq])", "J"),
        ("^(?:ts|tz|[zc])(?=[uiy]h?$)", "Zi"),
        ("^(?:ts|tz|[zc])", "Z"),
        ("^(?:sz|ss)", "s"),
        ("^hs|^x|^sh(?=i[aeiu])", "X"),
        ("^[bp]", "B"),
        ("^[dt]", "D"),
        ("^[gk]", "G"),
        ("ong$", "ung"),
        ("ien$", "ian"),
        ("ieh$", "ie"),
        ("(?:ueh|yue?h)$", "ue"),
        ("uei$", "ui"),
        ("erh$", "er"),
        ("ih$", "i"),
        ("(?<=[Gh])[eo]$", "o"),
        ("uo$", "o"),
        ("^Zi[iuy]$", "Zi"),
        ("^you$|^yu$", "yu"),
        ("^yen$", "yan"),
        ("^j(?=[aeou])", "r"),
    )
)


def _chinese(syllable: str) -> str:
    for written, sound in _CHINESE_SOUNDS:
        syllable = written.sub(sound, syllable)
    return syllable


_KOREAN_SOUNDS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("ck", "k"), ("kk", "k"), ("ch|jj", "j"), ("sh|ss", "s"), ("tt", "t"), ("pp", "p"),
        ("ou(?=n|$)", "O"), ("young", "yOng"), ("oo|woo|^wu", "U"), ("ee|eui|ui", "i"),
        ("eo|weo", "O"), ("eu", "U"), ("ai(?=k)|ae|e", "e"), ("oi|oe|we", "e"),
    )
)  # fmt: skip
_KOREAN_LETTERS = str.maketrans("kptrdgbl", "kptltkpl")


@lru_cache(maxsize=1 << 13)
def _korean(syllable: str) -> frozenset[str]:
    for written, sound in _KOREAN_SOUNDS:
        syllable = written.sub(sound, syllable)
    syllable = syllable.translate(_KOREAN_LETTERS)
    open_o = syllable.replace("O", "o")
    found = {open_o.replace("U", "u")}
    if "u" in open_o[:-1]:  # English readers write u for eo where a consonant follows
        found.add(open_o.replace("u", "o"))
    return frozenset(found)


# How syllables of Chinese names are written in Hong Kong, after their pinyin.
_CANTONESE = """
ai oi; an on; bai pak; bao po; bin pan; bo pok; cai choi; chang cheung; chao chiu; chen chan;
cheng shing sing; chi chi; chong chung; chun chun; chuan chuen; da tai; dan tan; de tak; dong tung;
en yan; fa fat; fan fan; fang fong; fei fei; feng fung; fu fu; gang kong; guang kwong; gui kwai;
guo kwok; hai hoi; han hon; hang hang; hao ho; he ho wo; hong hung; hua wa wah; huan wun;
hui wai; ji kei; jia ka; jian kin; jiang kong; jie kit kai; jin kam; jing king ching; jun chun kwan;
kai hoi; kang hong; ke hoe; kun kwan; lai loi; lan lan; lei lui; li lai lap; lian lin; liang leung;
lin lam; ling ling; long lung; lu luk; mei mei mi; min man; ming ming; mu muk; nan nam; ning ning;
pei pui; peng pang; ping ping; qi kei; qian chin; qiang keung; qing ching hing; quan chuen;
ren yan; rong wing yung; rui sui; shan shan; shao siu; sheng sing shing; shi si shek; shou sau;
shu shu suk; shui sui; shun shun; song chung; su so; tai tai; tang tong; tao to; tian tin;
ting ting; tong tung; wan man; wang wong; wei wai; wen man; wu mo; xia ha; xian sin; xiang heung;
xiao siu hiu; xin sum san; xing hing; xiong hung; xiu sau; xu hui; xue suet; xun fan; yan yin yan;
yang yeung; yao yiu; yi yee yi; yin yan; ying ying; yong wing yung; you yau; yu yu yuk;
yuan yuen; yue yuet; yun wan; ze chak; zhang cheung; zhen chun; zheng ching; zhi chi;
zhong chung; zhu chu; zi chi; zong chung
"""


@lru_cache(maxsize=1)
def _spellings() -> dict[str, frozenset[str]]:
    """Each spelling of Hong Kong, and what it is in pinyin as Wade-Giles and pinyin share it."""
    known: dict[str, set[str]] = {}
    for line in _CANTONESE.replace("\n", " ").split(";"):
        pinyin, *spellings = line.split()
        for spelling in spellings:
            known.setdefault(spelling, set()).add(_chinese(pinyin))
    return {spelling: frozenset(sounds) for spelling, sounds in known.items()}


def _pinyin(syllable: str) -> frozenset[str]:
    return _spellings().get(syllable, frozenset()) | {_chinese(syllable)}


_KUNREI = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("(?<![aeiounkst])h(?=y)", "h"), ("si", "shi"), ("sy", "sh"), ("(?<=t)ty", "ch"),
        ("ty", "ch"), ("(?<![a-z])ti|(?<=[aeioun])ti|tti", "chi"), ("tu", "tsu"), ("hu", "fu"),
        ("z[iy](?=[auo])", "j"), ("zi", "ji"), ("sfu", "shu"), ("cfu", "chu"),
        ("o[hou](?![aeiouy])", "o"), ("uu", "u"), ("m(?=[bp])", "n"), ("tch", "cch"),
        ("(?<=[aeiou])ye", "e"),
    )
)  # fmt: skip
_JAPANESE_ENDS = frozenset("aeiounh")
_NOT_JAPANESE = frozenset("lqvx")
_JAPANESE = re.compile(
    r"(?:(?:kk|ss|tts|tt|pp|cch|ssh|[kgnhbpmr]y|sh|ch|ts|[kgsztdnhfbpmyrwj])?[aeiou]|n)+"
)

# The signs of Japanese names, one by one or as a group, and how these read them.
_SIGNS = """
一 ichi kazu hajime; 二 ni ji; 三 san mi zo; 四 shi yo; 五 go; 六 roku; 七 nana; 八 hachi ya;
九 ku; 十 ju; 千 chi sen; 丈 jo take; 上 ue kami; 下 shita shimo; 中 naka; 丸 maru; 久 hisa ku;
乃 no; 之 yuki no; 也 ya nari; 五十嵐 igarashi; 井 i; 亜 a; 亮 ryo; 人 to hito; 今 ima;
仁 jin hito; 介 suke; 代 yo shiro; 伊 i; 佐 sa; 佳 ka yoshi kei; 信 nobu shin; 俊 shun toshi;
保 yasu ho; 修 shu osamu; 倉 kura; 健 ken takeshi; 優 yu masaru; 光 mitsu hikaru ko; 克 katsu;
児 ji; 八木 yagi; 前 mae; 剛 tsuyoshi go takeshi; 加 ka; 勇 yu isamu; 勉 tsutomu;
勝 masaru katsu; 北 kita; 千葉 chiba; 博 hiro hiroshi; 南 minami; 卓 taku; 原 hara wara; 友 tomo;
口 kuchi guchi; 古 furu; 史 fumi shi; 司 tsukasa ji shi; 吉 yoshi kichi; 名 na; 和 kazu wa;
哲 tetsu; 喜 yoshi ki; 土 tsuchi do; 坂 saka; 垣 gaki kaki; 堀 hori; 塚 tsuka zuka; 増 masu;
士 shi; 夏 natsu; 夫 o; 太 ta futo; 央 o; 奈 na; 奥 oku; 女 me; 好 yoshi; 子 ko; 孝 taka takashi;
学 manabu; 宅 yake; 宇 u; 安 yasu an; 宏 hiro; 宗 mune; 定 sada; 実 minoru mi; 宮 miya; 家 ie ya;
富 tomi; 寛 hiro hiroshi; 小 ko o; 尚 nao hisashi; 山 yama; 岐 ki gi; 岡 oka; 岩 iwa; 岸 kishi;
島 shima jima; 崎 saki zaki; 嶋 shima jima; 川 kawa gawa; 河 kawa; 工 ku; 巳 mi; 市 ichi;
平 hira taira hei; 幸 yuki sachi ko; 広 hiro; 庄 sho; 庭 niwa; 康 yasu ko; 彦 hiko; 彩 aya;
後 go; 徳 toku nori; 志 shi; 忍 shinobu; 忠 tada tadashi; 恒 tsune; 恭 kyo yasu; 恵 e kei megumi;
悟 satoru; 悠 yu haruka; 愛 ai mana; 慎 shin; 憲 nori ken; 成 nari shige; 戸 to; 手 te; 拓 taku;
敏 toshi; 敦 atsu atsushi; 文 fumi; 斉 sai; 斎 sai; 新 shin ara nii; 方 kata; 旭 asahi;
昇 noboru; 明 aki akira; 星 hoshi; 春 haru; 昭 aki sho; 智 tomo satoshi; 晃 akira ko; 晴 haru;
木 ki gi; 本 moto; 朝 asa; 服部 hattori; 村 mura; 杉 sugi; 東 higashi azuma; 松 matsu;
林 hayashi bayashi; 柳 yanagi; 栄 ei; 根 ne; 桃 momo; 桑 kuwa; 桜 sakura; 梅 ume; 森 mori; 植 ue;
樹 ki juki; 横 yoko; 橋 hashi bashi; 次 ji tsugu; 正 masa tadashi; 武 take takeshi;
毅 takeshi tsuyoshi; 水 mizu; 永 naga; 江 e; 池 ike; 沢 sawa zawa; 治 ji osamu haru; 沼 numa;
法 nori; 津 tsu; 洋 yo hiroshi hiro; 浅 asa; 浜 hama; 浦 ura; 浩 hiro hiroshi ko; 海 kai umi mi;
涼 ryo; 淳 jun atsushi; 清 kiyo kiyoshi sei; 清水 shimizu; 渡 wata; 渡辺 watanabe;
渡部 watanabe watabe; 渡邊 watanabe; 準 jun; 滝 taki; 澤 sawa zawa; 澄 sumi; 瀬 se; 熊 kuma;
片 kata; 牧 maki; 牛 ushi; 玉 tama; 玲 rei; 理 ri; 瑞 mizu; 生 o ki iku; 田 ta da; 由 yu yoshi;
男 o; 町 machi; 界 kai; 畑 hata; 百合 yuri; 直 nao; 相 ai; 真 shin ma makoto; 矢 ya; 知 tomo chi;
石 ishi; 研 ken; 神 kami kan; 福 fuku; 秀 hide; 秋 aki; 稔 minoru; 稲 ina; 穂 ho; 窪 kubo;
章 aki sho akira; 竜 ryu tatsu; 竹 take; 筒 tsutsu; 篠 shino; 米 yone; 紀 nori ki; 純 jun; 紗 sa;
細 hoso; 結 yu; 絵 e; 綾 aya; 緒 o; 織 ori; 美 mi yoshi; 義 yoshi; 翔 sho; 翼 tsubasa;
聡 satoshi so; 肇 hajime; 自 ji; 舞 mai; 良 ryo yoshi; 花 hana ka; 芳 yoshi; 若 waka; 英 hide ei;
茂 shige shigeru; 茉 ma; 草 kusa; 荒 ara; 荻 ogi; 莉 ri; 菅 suga kan; 菊 kiku; 菜 na; 萩 hagi;
葉 ha yo; 蒼 ao so; 藤 fuji to do; 藍 ai; 衛 e; 裕 yu hiro; 西 nishi; 見 mi; 角 kado sumi;
誠 makoto sei; 谷 tani ya; 豊 yutaka toyo; 貴 taka; 賢 ken masaru; 赤 aka; 輔 suke; 輝 teru ki;
辰 tatsu; 辺 be; 近 kon chika; 透 toru; 進 susumu; 遠 en; 達 tatsu; 遥 haruka; 邦 kuni; 部 be;
郎 ro o; 酒 saka; 里 sato ri; 野 no; 金 kane kin; 鈴 suzu rin; 長 naga; 長谷川 hasegawa; 関 seki;
阪 saka; 阿 a; 陽 yo haru; 隆 taka takashi ryu; 雄 yu o; 雅 masa miyabi; 雪 yuki; 青 ao;
静 shizu; 順 jun; 須 su; 飯 ii; 馬 ma ba; 香 ka kaori; 高 taka; 黒 kuro; 龍 ryu; 齋 sai;
斉藤 saito; 大 o dai hiro; 太田 ota; 大輔 daisuke; 安部 abe; 阿部 abe; 安倍 abe; 小澤 ozawa;
菅野 kanno; 和泉 izumi; 東海林 shoji; 和田 wada; 服 fuku; 井上 inoue; 尾 o; 児玉 kodama;
三浦 miura; 桐 kiri; 栗 kuri; 伸 shin nobu; 努 tsutomu; 守 mori mamoru; 啓 kei hiro; 圭 kei;
尋 hiro;
"""
_MOST_READINGS = 64
_REPEATED = re.compile("(.)々")


@lru_cache(maxsize=1)
def _signs() -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in _SIGNS.replace("\n", " ").split(";") if line.strip())
    return {signs: tuple(readings) for signs, *readings in lines}
