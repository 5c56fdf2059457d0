"""Lines that stand in an article's text and are none of it, in the languages of the press.

Each pattern is matched from the start of a short line, in any case.
"""

from __future__ import annotations

import re
from typing import Final

# Characters of a line that can be one of these: a longer one is a paragraph of the article.
MAX_LINE: Final = 250
# Characters of a line that may hold more than the words of a label.
MAX_LABEL: Final = 40

# The whole line: what stands over or under an advertisement, a player, a box.
_LABELS: Final = (
    # advertisement
    "advert", "advertisement", r"advertisement - continue reading below", "ad", "sponsored( content)?",
    "anzeige", "werbung", "publicité", "publicidad", "publicidade", "pubblicità", "reklama", "reklam",
    "reklame", "реклама", "advertentie", "annons(e)?", "iklan", "hirdetés", "mainos", "διαφήμιση",
    "إعلان", "اعلان", "פרסומת", "広告", "广告", "廣告", "광고", "quảng cáo", "โฆษณา",
    # more to read
    r"(read|see|view|show|load|learn) (more|all)", "read also", "also read", "see also", "more",
    "more stories", "related( articles?| stories| content| posts?| topics?| news)?", "don't miss",
    "recommended( stories| for you)?", "you may (also )?like", "you might (also )?like", "trending( now)?",
    "most (read|popular|viewed)", "up next", "editor'?s'? picks?", "must (read|watch)",
    "(lesen|sehen) sie auch", "mehr zum thema", "das könnte sie auch interessieren", "weiterlesen",
    "mehr (lesen|dazu)", "themen des artikels", "aus dem ressort", r"(à )?lire (aussi|également|la suite)",
    "sur le même sujet", "leggi (anche|tutto)", "lea también", "lee también", "te puede interesar",
    "le puede interesar", r"leia (também|mais)", "saiba mais", "lees (ook|meer|verder)", "baca juga",
    "selengkapnya", r"czytaj (więcej|też|także|również)", "zobacz (też|także|również)",
    "přečtěte si (také|též)", r"čtěte (také|též)", "olvasd el ezt is", "kapcsolódó", "läs (också|mer|även)",
    r"læs (også|mere)", r"les (også|mer)", "lue myös", "читайте также", "читать (далее|также)",
    r"(ещё )?по теме", "читайте також", "ayrıca (okuyun|bakınız)", r"ilgili haberler?",
    r"اقرأ (أيضا|أيضًا|المزيد)", "関連記事", "続きを読む", "おすすめ情報", "あわせて読みたい", "相关阅读",
    "延伸阅读", "延伸閱讀", "相關新聞", "相关新闻", "추천기사", "관련기사", "xem thêm",
    # share, comment, tags, pictures
    "share( this( article| story)?)?", "teilen", "partager", "compartir", "compartilhar", "condividi",
    "delen", "udostępnij", "поделиться", "paylaş", "بشارك", "شارك", "分享", "シェア(する)?",
    r"\d* ?comments?", "(leave|post|add) a (comment|reply)", "kommentare?( \\d+)?", "commentaires?",
    "join the conversation", "tell us what you think( in the comments)?( below)?[.…!]*", "tags?", "topics?",
    "themen", "schlagwörter", "mots[- ]clés", "etiquetas", "etichette", "теги", "ключевые слова", "标签",
    "caption", "close", "image( \\d+)?", "photo", "photos?", "gallery", "slideshow", "play", "video",
    "enlarge( this)? image", "hide caption", "toggle caption", "copy link", "print", "email", "listen",
    "follow", "following", "subscribe", "sign in", "log in", "sign up", "continue reading", "back to top",
)  # fmt: skip

# The beginning of a short line.
_BEGINNINGS: Final = (
    # newsletters, subscriptions, support
    r"sign up (for|to|here|now|today)", r"subscribe (to|now|today|here|for)", r"get (our|the) (free )?(\w+ ){0,4}newsletter",
    r"(click|tap) here (to|for) (more|subscribe|sign|get|read)", r"get access to ", r"this content is reserved for",
    r"already a (subscriber|member)", r"(register|create an account|sign in)\b.{0,20} (to|or) ", r"this article is free to read",
    r"we apologize, but this video", r"try refreshing your browser", r"(click|tap) here to see other videos", r"support (our|independent|quality|local) journalism", r"become a (member|subscriber)",
    r"(jetzt )?(den |unseren )?newsletter", r"abonnieren sie", r"melden sie sich", r"jetzt (weiterlesen|abonnieren|testen)",
    r"hat (ihnen|dir) dieser (artikel|beitrag) gefallen", r"unterstützen sie (uns|unsere)", r"inscrivez[- ]vous",
    r"abonnez[- ]vous", r"recevez (notre|nos|la|les) ", r"suscríbe(te|ase)", r"recibe (nuestr|las|el) ", r"registrate? ",
    r"assine (a|o|nossa|já)", r"inscreva-se", r"iscriviti", r"abbonati", r"schrijf je in", r"meld je aan",
    r"zapisz się", r"подпи(шитесь|сывайтесь)", r"підпи(шіться|суйтесь)", r"abone ol", r"اشترك", r"訂閱", r"订阅",
    r"無料会員|会員登録", r"iratkozz(on)? fel", r"přihlaste se", r"prenumerera", r"tilmeld dig",
    # follow us
    r"follow (us|@|\w+( \w+){0,3} on (twitter|facebook|instagram|x|tiktok|linkedin|google))", r"find us on ",
    r"folge(n sie)? uns", r"suivez[- ]nous", r"síg(ue|a)(nos|me)", r"siga[- ](nos|o|a)\b", r"seguici", r"volg ons",
    r"takip e(t|din)", r"читайте нас", r"(join|like) (us|our) (on )?(whatsapp|telegram|facebook|page|group|channel)",
    r"(download|get) (our|the) (\w+ )?app\b", r"listen to (this|the) (article|story|episode)", r"listen to [\w ]+ live at ",
    r"(artikel|beitrag) (anhören|teilen)", r"have a (news )?tip\b", r"got a (news )?tip\b", r"chat with us ",
    # share, comment
    r"(like|love|enjoy(ed)?) this (story|article|post)\b", r"share (this|your) ", r"what do you think\? ",
    r"blog comments powered by", r"please (be respectful|enable javascript)", r"as you comment, ", r"comments? (are|is) closed",
    r"(please )?(log in|sign in|register) to (comment|post|continue|read)", r"hinweis zur (kommentar|debatte)",
    # players and browsers
    r"this slideshow requires javascript", r"your browser (does not|doesn't) support", r"javascript is (required|disabled)",
    r"(video|audio) (player|unavailable)", r"media playback is ", r"placeholder image",
    # house rules, rights, commerce
    r"our standards: ", r"the thomson reuters trust principles", r"(©|\(c\)|copyright ?[©(\d])", r"all rights reserved",
    r"alle rechte vorbehalten", r"tous droits réservés", r"todos los derechos reservados", r"todos os direitos reservados",
    r"tutti i diritti riservati", r"все права защищены", r"版权所有", r"無断転載",
    r"this (article|post|story|page|site) (may )?contains? affiliate links", r"(ftc: )?we use income earning auto affiliate",
    r"we may (earn|receive|get) a (\w+ ){0,2}commission", r"(this|the) (story|article) (was|has been) (originally )?published (by|on|in) ",
    r"this material may not be published, broadcast", r"most stock quote data provided by", r"quotes? displayed in real-time",
    # reading time
    r"(estimated )?read(ing)? time:? ", r"(about )?\d{1,3}[- ]min(ute)?s?\.? (read|listen|watch)\b", r"\d{1,3} min\.? lesezeit",
    r"lesezeit:? ", r"(temps de )?lecture:? \d", r"tiempo de lectura", r"tempo di lettura", r"tempo de leitura", r"leestijd",
)  # fmt: skip

# The beginning of a short line that mostly leads to another article.
_TEASERS: Final = (
    r"(also )?(read|see|watch)( also| more| next| now| this)?\s*[:|–-]", r"related( article| story| coverage)?s?\b.{0,40}[:|]",
    r"(also|more) on [\w.]+", r"more (from|on|about) ", r"more:", r"watch (more|now|\|)", r"(see|read) also\b", r"also read\b",
    r"don't miss\b", r"recommended\s*[:|]", r"you may (also )?like", r"lesen sie (auch|hier|dazu)", r"lesen sie", r"mehr zum thema", r"mehr dazu",
    r"(à )?lire (aussi|également)", r"voir aussi", r"(leggi|guarda) anche", r"le[ae] también", r"ver también", r"mira también",
    r"leia (também|mais)", r"veja (também|mais)", r"lees ook", r"baca (juga|selengkapnya)", r"(czytaj|zobacz|przeczytaj) (więcej|też|także|również)",
    r"(čtěte|přečtěte si) (také|též|více)", r"olvas[sd]\w* (el|még)", r"läs (också|mer|även)", r"læs (også|mere)", r"les (også|mer)",
    r"lue (myös|lisää)", r"читайте (также|ещё|еще|також|нас)", r"ayrıca (oku|bak)", r"اقرأ (أيضا|أيضًا|المزيد)", r"(関連|あわせて)",
    r"(相关|延伸)阅读", r"xem thêm", r"photos?:", r"fotos?:", r"video:", r"bildergalerie:",
)  # fmt: skip

# The beginning of a line at an article's end that says who worked on it.
_CREDITS: Final = (
    r"\W?\s*(additional |with )?(reporting|writing|editing|compiled|edited|written) (and \w+ )?by\b", r".{0,80}\b(contributed to|reported from)\b",
    r"(associated press|ap|reuters|\w+) (writers?|reporters?|journalists?|correspondents?) ", r"follow (the )?\w+('s)? (full )?coverage",
    r"redaktion: ", r"(mit )?material (von|der) (dpa|afp|reuters)", r"this story (was|has been) (updated|corrected)",
)  # fmt: skip


def _any(patterns: tuple[str, ...], end: str = "") -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(patterns)}){end}", re.IGNORECASE)


_LABEL = _any(_LABELS, r"\W*$")
_BEGINNING = _any(_BEGINNINGS)
_TEASER = _any(_TEASERS)
_CREDIT = _any(_CREDITS)


def is_label(line: str) -> bool:
    """Say whether *line* is nothing but the label of an advertisement, a box, a button.

    >>> is_label("Read more"), is_label("Read more books")
    (True, False)
    """
    return len(line) <= MAX_LABEL and bool(_LABEL.match(line))


def is_furniture(line: str) -> bool:
    """Say whether *line* speaks of the site, not of the article's matter.

    >>> is_furniture("Sign up for our newsletter"), is_furniture("Signs of spring were seen")
    (True, False)
    """
    return len(line) <= MAX_LINE and bool(_BEGINNING.match(line))


def is_teaser(line: str) -> bool:
    """Say whether *line*, which holds a link, leads to another article."""
    return len(line) <= MAX_LINE and bool(_TEASER.match(line))


def is_credit(line: str) -> bool:
    """Say whether *line*, among the last ones, names those who worked on the article.

    >>> is_credit("(Reporting by Ann Example; editing by Bob Example)")
    True
    """
    return bool(_CREDIT.match(line))
