"""Where the demo's invented customers live and what they are called, language by language.

Telephone numbers come from ranges kept free for stories where the country has such a range that `phonenumbers` holds
valid (555-01xx in North America, 0171 39200xx and 0176 040690xx in Germany), else from mobile ranges; the demo sends
nothing to anybody. All places lie north of the equator, because the demo's letters speak of the northern winter.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the world: ISO country and currency, IANA zone, numbers (each # is a digit) and its share."""

    country: str
    zone: str
    currency: str
    numbers: tuple[str, ...]
    share: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its owner writes it, and in ASCII for an e-mail address."""

    written: str
    ascii: str


@dataclass(frozen=True, slots=True)
class Culture:
    """The customers of one language.

    Attributes:
        language: BCP 47. share: of a hundred customers, how many speak it.
        companies: patterns of company names by industry, with {last} and {town}.
    """

    language: str
    share: int
    first: tuple[Name, ...]
    last: tuple[Name, ...]
    towns: tuple[str, ...]
    companies: dict[str, tuple[str, ...]]
    places: tuple[Place, ...]


def _names(words: str) -> tuple[Name, ...]:
    """Names parted by blanks; one that does not turn into ASCII by itself says how after `=`; `_` is a blank."""
    parted = (word.replace("_", " ").partition("=") for word in words.split())
    return tuple(Name(written, (ascii_name or _plain(written)).lower()) for written, _, ascii_name in parted)


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters if letter.isalnum())


def _towns(words: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words.split())


_GB = Place("GB", "Europe/London", "GBP", ("+447400######", "+447480######"), 10)
_CH = Place("CH", "Europe/Zurich", "CHF", ("+41781######",), 2)
_MONTREAL = Place("CA", "America/Toronto", "CAD", ("+151455501##",), 2)
_CASABLANCA = Place("MA", "Africa/Casablanca", "MAD", ("+212612######",), 2)

CULTURES = (
    Culture(
        language="en",
        share=30,
        first=_names(
            "Amelia Oliver Grace Harry Florence George Isla Arthur Maya Samuel Aoife Cian Hannah Ethan Zoe Caleb Ruth "
            "Marcus Priya Daniel Naomi Walter Chloe Ibrahim Edith Leon Tessa Malcolm Joan Declan"
        ),
        last=_names(
            "Ashworth Bennett Carter Dawson Ellis Fletcher Greene Holloway Irving Jackson Kavanagh Lambert Mason "
            "Norris O’Brien Parker Quinn Reynolds Sharma Turner Underhill Vaughan Whitaker Young Thornton Okafor "
            "Sinclair Brady Coleman Hughes"
        ),
        towns=_towns("Millbrook Ashford Kingsway Fairview Oakridge Riverside Elmwood Hartfield Westbury Stonebridge"),
        companies={
            "farms": ("{town} Farm", "{last} & Sons, Farmers", "{last} Dairy"),
            "restaurants": ("The {town} Kitchen", "{last}’s Table", "The {town} Arms"),
            "schools": ("{town} Primary School", "{town} Academy"),
            "accountancies": ("{last} & Partners, Accountants", "{last} Bookkeeping"),
            "shops": ("{last} Hardware", "{town} Books", "{last} & Daughter, Grocers"),
        },
        places=(
            _GB,
            Place("IE", "Europe/Dublin", "EUR", ("+35385#######",), 3),
            Place("US", "America/New_York", "USD", ("+121255501##",), 3),
            Place("US", "America/Chicago", "USD", ("+131255501##",), 2),
            Place("US", "America/Denver", "USD", ("+130355501##",), 2),
            Place("US", "America/Los_Angeles", "USD", ("+121355501##",), 2),
            Place("CA", "America/Vancouver", "CAD", ("+160455501##",), 2),
            Place("CA", "America/Halifax", "CAD", ("+190255501##",), 1),
        ),
    ),
    Culture(
        language="cy",
        share=10,
        first=_names(
            "Angharad Dafydd Branwen Gethin Catrin Hywel Eleri Iolo Ffion Llŷr Gwenllian Macsen Heledd Owain Lowri "
            "Rhodri Mared Siôn Nia Tudur Rhiannon Emyr Siân Gruffudd"
        ),
        last=_names(
            "Jones Davies Evans Williams Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen Rees Llwyd Gruffydd "
            "Parry Pritchard Bowen Prys Meredith"
        ),
        towns=_towns("Llandeilo Aberteifi Dolgellau Pwllheli Machynlleth Rhuthun Tregaron Bethesda Llanrwst Crymych"),
        companies={
            "farms": ("Fferm {town}", "{last} a’i Feibion, Ffermwyr"),
            "restaurants": ("Bwyty {town}", "Cegin {last}"),
            "schools": ("Ysgol Gynradd {town}", "Ysgol {town}"),
            "accountancies": ("{last} a’i Bartneriaid, Cyfrifwyr", "Cyfrifwyr {town}"),
            "shops": ("Siop {town}", "Siop Lyfrau {last}"),
        },
        places=(_GB,),
    ),
    Culture(
        language="zh-Hans",
        share=12,
        first=_names(
            "伟=wei 芳=fang 娜=na 敏=min 静=jing 磊=lei 洋=yang "
            "艳=yan 勇=yong 杰=jie 涛=tao 明=ming 秀英=xiuying 建国=jianguo "
            "丽华=lihua 志强=zhiqiang 晓燕=xiaoyan 海波=haibo 雨桐=yutong "
            "子轩=zixuan 思远=siyuan 梓涵=zihan 嘉怡=jiayi 文博=wenbo"
        ),
        last=_names(
            "王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 赵=zhao "
            "黄=huang 周=zhou 吴=wu 徐=xu 孙=sun 胡=hu 朱=zhu 高=gao "
            "林=lin 何=he 郭=guo 马=ma 罗=luo"
        ),
        towns=_towns("清河 柳林 东湖 青山 梅岭 南桥 安平 永宁 石门 江口"),
        companies={
            "farms": ("{town}农场", "{last}家果园"),
            "restaurants": ("{last}记饭店", "{town}酒楼"),
            "schools": ("{town}小学", "{town}中学"),
            "accountancies": ("{town}会计师事务所", "诚信{last}会计师事务所"),
            "shops": ("{town}五金店", "{last}记杂货店"),
        },
        places=(
            Place("CN", "Asia/Shanghai", "CNY", ("+86138########", "+86139########"), 14),
            Place("CN", "Asia/Urumqi", "CNY", ("+86139########",), 2),
            Place("SG", "Asia/Singapore", "SGD", ("+6591######",), 3),
            Place("MY", "Asia/Kuala_Lumpur", "MYR", ("+6012#######",), 2),
        ),
    ),
    Culture(
        language="es",
        share=14,
        first=_names(
            "Lucía Hugo Martina Mateo Sofía Alejandro Valeria Javier Carmen Diego Elena Andrés Marta Íñigo Ximena Raúl "
            "Beatriz Tomás Guadalupe Joaquín Nuria Emilio Rocío Álvaro"
        ),
        last=_names(
            "García Fernández González Rodríguez López Martínez Sánchez "
            "Pérez Gómez Ruiz Hernández Jiménez Muñoz Álvarez "
            "Romero Navarro Torres Domínguez Vázquez Ramos Iglesias Núñez"
        ),
        towns=_towns("San_Martín Villanueva Santa_Rosa La_Esperanza Buenavista El_Olivar Santa_Lucía Los_Pinos"),
        companies={
            "farms": ("Finca {town}", "Ganadería {last}"),
            "restaurants": ("Casa {last}", "Mesón {town}"),
            "schools": ("Colegio {town}", "Escuela {town}"),
            "accountancies": ("Asesoría {last}", "{last} y Asociados"),
            "shops": ("Ferretería {last}", "Librería {town}"),
        },
        places=(
            Place("ES", "Europe/Madrid", "EUR", ("+34612######",), 10),
            Place("ES", "Atlantic/Canary", "EUR", ("+34612######",), 2),
            Place("MX", "America/Mexico_City", "MXN", ("+525512######",), 4),
            Place("MX", "America/Monterrey", "MXN", ("+528112######",), 2),
            Place("CO", "America/Bogota", "COP", ("+573101######",), 2),
            Place("GT", "America/Guatemala", "GTQ", ("+5025123####",), 1),
        ),
    ),
    Culture(
        language="fr",
        share=13,
        first=_names(
            "Camille Lucas Chloé Hugo Manon Gabriel Élodie Antoine Inès Théo Margaux Baptiste Hélène François Amina "
            "Julien Océane Étienne Clémence Mathieu Zoé Rémi Noémie Benoît"
        ),
        last=_names(
            "Martin Bernard Dubois Moreau Laurent Lefèvre Roux Fournier Girard Bonnet Mercier Lambert Faure Rousseau "
            "Blanchard Guérin Chevalier Gauthier Perrin Renaud Tremblay Benali"
        ),
        towns=_towns("Saint-Aubin Montclair Beaulieu Villeneuve Rochefort Bellevue Sainte-Anne Clairval"),
        companies={
            "farms": ("Ferme de {town}", "GAEC {last}"),
            "restaurants": ("Chez {last}", "Auberge de {town}"),
            "schools": ("École de {town}", "Collège de {town}"),
            "accountancies": ("Cabinet {last}", "{last} et Associés"),
            "shops": ("Quincaillerie {last}", "Librairie de {town}"),
        },
        places=(
            Place("FR", "Europe/Paris", "EUR", ("+336123#####",), 12),
            Place("BE", "Europe/Brussels", "EUR", ("+32470######",), 3),
            Place("LU", "Europe/Luxembourg", "EUR", ("+352621######",), 1),
            _CH,
            _MONTREAL,
            _CASABLANCA,
        ),
    ),
    Culture(
        language="de",
        share=13,
        first=_names(
            "Anna Lukas Lena Jonas Katharina Maximilian Sophie Felix Johanna Sebastian Greta Matthias Ursula Jürgen "
            "Birgit Moritz Käthe Björn Franziska Uwe Annelie Konrad Saskia Emre"
        ),
        last=_names(
            "Müller=mueller Schmidt Schneider Fischer Weber Wagner Becker Schäfer=schaefer Koch Bauer Richter Klein "
            "Schröder=schroeder Neumann Krüger=krueger Hofmann Lehmann "
            "Köhler=koehler Huber Weiß Brandt Vogel Yılmaz=yilmaz"
        ),
        towns=_towns("Lindenau Eichberg Neustadt Birkenfeld Rosenheim Talheim Waldkirch Seeburg"),
        companies={
            "farms": ("Hof {last}", "Landgut {town}"),
            "restaurants": ("Gasthaus {last}", "Zum Krug in {town}"),
            "schools": ("Grundschule {town}", "Gymnasium {town}"),
            "accountancies": ("Steuerkanzlei {last}", "{last} & Partner Steuerberatung"),
            "shops": ("Eisenwaren {last}", "Buchhandlung {town}"),
        },
        places=(
            Place("DE", "Europe/Berlin", "EUR", ("+4917139200##", "+49176040690##"), 8),
            Place("AT", "Europe/Vienna", "EUR", ("+436601######",), 4),
            _CH,
        ),
    ),
    Culture(
        language="ar",
        share=8,
        first=_names(
            "فاطمة=fatima محمد=mohammed عائشة=aisha أحمد=ahmad مريم=maryam "
            "علي=ali ليلى=layla عمر=omar نور=nour خالد=khalid "
            "هدى=huda يوسف=yousef سلمى=salma حسن=hassan رانيا=rania طارق=tariq زينب=zaynab كريم=karim"
        ),
        last=_names(
            "الحسن=alhassan المصري=almasri النجار=alnajjar حداد=haddad خوري=khoury الخطيب=alkhatib العلي=alali "
            "بن_سالم=bensalem الشريف=alsharif منصور=mansour "
            "القاسم=alqasim الزهراني=alzahrani العلوي=alaoui الطائي=altai"
        ),
        towns=_towns("الواحة النخيل الربيع السلام الياسمين الكوثر الفردوس الأندلس"),
        companies={
            "farms": ("مزرعة {town}", "مزارع {last}"),
            "restaurants": ("مطعم {town}", "مطبخ {last}"),
            "schools": ("مدرسة {town}", "مدارس {town}"),
            "accountancies": ("مكتب {last} للمحاسبة", "{last} وشركاؤه، محاسبون"),
            "shops": ("متجر {town}", "مكتبة {last}"),
        },
        places=(
            Place("SA", "Asia/Riyadh", "SAR", ("+96650#######",), 3),
            Place("AE", "Asia/Dubai", "AED", ("+97150#######",), 3),
            Place("JO", "Asia/Amman", "JOD", ("+96279#######",), 2),
            Place("EG", "Africa/Cairo", "EGP", ("+20100#######",), 3),
            Place("LB", "Asia/Beirut", "LBP", ("+96171######",), 1),
            Place("TN", "Africa/Tunis", "TND", ("+21698######",), 1),
            Place("IQ", "Asia/Baghdad", "IQD", ("+964790#######",), 1),
            Place("KW", "Asia/Kuwait", "KWD", ("+9656550####",), 1),
            _CASABLANCA,
        ),
    ),
)
