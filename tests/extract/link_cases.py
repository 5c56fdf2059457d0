"""Posts with a full-article link and posts without one, as sites of many languages write them."""

from typing import NamedTuple

SITE = "https://www.themagazine.org/2024/05/river-towns-rebuild-after-the-flood/"
PROSE = (
    "<p>The council met on Tuesday to discuss what comes next for the towns along the river, and"
    " who will pay for the walls that the water took away in March.</p>"
)


class Case(NamedTuple):
    """A post and the index-free truth: the URL of its full-article link, or None."""

    name: str
    html: str
    url: str | None = None
    base_url: str = SITE


LINKED = [
    # Buttons of page builders
    Case(
        "Shortcodes Ultimate",
        PROSE
        + '<div class="su-button-center"><a href="https://www.reuters.com/world/river-2024-05-02/"'
        ' class="su-button su-button-style-flat" target="_blank"><span><i class="sui sui-sign-out">'
        "</i> Click here for full article at Reuters</span></a></div>",
        "https://www.reuters.com/world/river-2024-05-02/",
    ),
    Case(
        "Gutenberg",
        PROSE + '<div class="wp-block-buttons"><div'
        ' class="wp-block-button"><a class="wp-block-button__link'
        ' wp-element-button" href="https://riverpost.com/news/walls-and-water/">Read the story</a>'
        "</div></div>",
        "https://riverpost.com/news/walls-and-water/",
    ),
    Case(
        "Elementor",
        '<div class="elementor-widget-container">' + PROSE + "</div>"
        '<div class="elementor-widget-button"><div class="elementor-button-wrapper">'
        '<a href="https://www.theguardian.com/environment/2024/may/02/river-towns"'
        ' class="elementor-button-link elementor-button elementor-size-sm" role="button">'
        '<span class="elementor-button-content-wrapper"><span class="elementor-button-text">'
        "Continue reading at The Guardian</span></span></a></div></div>",
        "https://www.theguardian.com/environment/2024/may/02/river-towns",
    ),
    Case(
        "Divi",
        PROSE + '<div class="et_pb_button_module_wrapper"><a class="et_pb_button et_pb_button_0"'
        ' href="https://www.lemonde.fr/planete/article/2024/05/02/les-villes_6231.html">'
        "Lire l’article complet</a></div>",
        "https://www.lemonde.fr/planete/article/2024/05/02/les-villes_6231.html",
    ),
    Case(
        "WPBakery",
        PROSE + '<div class="vc_btn3-container vc_btn3-center"><a class="vc_general vc_btn3'
        ' vc_btn3-size-md" href="https://elpais.com/sociedad/2024-05-02/los-pueblos.html"'
        ' title="">Leer más en El País</a></div>',
        "https://elpais.com/sociedad/2024-05-02/los-pueblos.html",
    ),
    Case(
        "a theme's own button",
        PROSE + '<a href="https://nltimes.nl/2024/05/02/river-towns-wait" class="btn btn-primary">'
        "Lees verder</a>",
        "https://nltimes.nl/2024/05/02/river-towns-wait",
    ),
    Case(
        "raw shortcode with straight quotes",
        PROSE + '<p>[su_button url="https://apnews.com/article/river-towns-3f2a" target="blank"]'
        "Full story[/su_button]</p>",
        "https://apnews.com/article/river-towns-3f2a",
    ),
    Case(
        "raw shortcode with typographic quotes",
        PROSE + "<p>[button link=&#8221;https://apnews.com/article/river-towns-3f2a&#8221;"
        " color=&#8221;green&#8221;]Read the full article[/button]</p>",
        "https://apnews.com/article/river-towns-3f2a",
    ),
    Case(
        "raw WPBakery shortcode",
        "<p>[vc_row][vc_column][vc_column_text]</p>" + PROSE + "<p>[/vc_column_text][vc_btn"
        " title=&#8221;Zum vollständigen Artikel&#8221; link=&#8221;url:https%3A%2F%2Fwww.zeit.de"
        "%2Fgesellschaft%2F2024-05%2Ffluss-staedte||target:%20_blank|&#8221;][/vc_column][/vc_row]</"
        "p"
        ">",
        "https://www.zeit.de/gesellschaft/2024-05/fluss-staedte",
    ),
    Case(
        "raw Divi shortcode",
        PROSE + "<p>[et_pb_button button_url=&#8220;https://www.dw.com/de/fluss/a-68912345&#8221;"
        " button_text=&#8220;Weiterlesen&#8221; /]</p>",
        "https://www.dw.com/de/fluss/a-68912345",
    ),
    # Anchors by their words
    Case(
        "whole thing",
        "<blockquote>" + PROSE + '</blockquote><p><a href="http://www.slate.com/id/2298765/">Read'
        " the whole thing</a>.</p>",
        "http://www.slate.com/id/2298765/",
    ),
    Case(
        "rest of the story",
        PROSE + '<p>Click <a href="https://www.kstp.com/river-towns-wait-for-help">here</a> for the'
        " rest of the story.</p>",
        "https://www.kstp.com/river-towns-wait-for-help",
    ),
    Case(
        "here to read the full article",
        PROSE + '<p>Click <a href="https://www.kstp.com/river-towns-wait-for-help">here</a> to read'
        " the full article from the Star.</p>",
        "https://www.kstp.com/river-towns-wait-for-help",
    ),
    Case(
        "call, colon, headline",
        PROSE
        + '<p>Read the full article: <a href="https://hakaimagazine.com/news/river-walls/">River'
        " Walls Fall</a></p>",
        "https://hakaimagazine.com/news/river-walls/",
    ),
    Case(
        "more at a name",
        PROSE + '<p>More at <a href="https://www.bbc.co.uk/news/world-68912345">the BBC</a>.</p>',
        "https://www.bbc.co.uk/news/world-68912345",
    ),
    Case(
        "read it at a name",
        PROSE
        + '<p>Read it at <a href="https://www.forbes.com/sites/jane/2024/05/02/rivers/">Forbes'
        "</a></p>",
        "https://www.forbes.com/sites/jane/2024/05/02/rivers/",
    ),
    Case(
        "ellipsis and read more",
        "<p>The council met on Tuesday to discuss what comes next for the towns [&#8230;]"
        ' <a href="https://citypaper.com/2024/05/council-meets/">Read more</a></p>',
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "address after a label on its own line",
        PROSE + "<p>Full article:<br><a href='https://citypaper.com/2024/05/council-meets/'>"
        "https://citypaper.com/2024/05/council-meets/</a></p>",
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "address as text without a link",
        PROSE + "<p>Source: https://citypaper.com/2024/05/council-meets/</p>",
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "this story first appeared",
        '<p><em>This story first appeared in <a href="https://grist.org/climate/river-towns-wait/">'
        "Grist</a>.</em></p>" + PROSE * 6,
        "https://grist.org/climate/river-towns-wait/",
    ),
    Case(
        "republished from",
        PROSE
        * 6
        + '<p>Republished from <a href="https://theconversation.com/river-towns-219876">The'
        " Conversation</a> under a Creative Commons license.</p>",
        "https://theconversation.com/river-towns-219876",
    ),
    Case(
        "cross-posted at",
        PROSE
        * 3
        + '<p>Cross-posted at <a href="http://crookedtimber.org/2011/05/02/rivers/">Crooked'
        " Timber</a></p>",
        "http://crookedtimber.org/2011/05/02/rivers/",
    ),
    Case(
        "via a name, after a quote",
        "<blockquote>" + PROSE + '</blockquote><p>via <a href="https://boingboing.net/2013/05/02/'
        'river-towns.html">Boing Boing</a></p>',
        "https://boingboing.net/2013/05/02/river-towns.html",
    ),
    Case(
        "source line with a dash",
        PROSE * 3 + '<p><small>Source – <a href="https://phys.org/news/2024-05-river-walls.html">'
        "Phys.org</a></small></p>",
        "https://phys.org/news/2024-05-river-walls.html",
    ),
    Case(
        "original on its own",
        PROSE + '<p>Original: <a href="https://hbr.org/2024/05/why-rivers-win">HBR</a></p>',
        "https://hbr.org/2024/05/why-rivers-win",
    ),
    Case(
        "headline as the whole paragraph",
        '<p><a href="https://thecitypaper.net/life/1234/">River'
        " Towns Rebuild After the Flood</a></p>" + PROSE,
        "https://thecitypaper.net/life/1234/",
    ),
    Case(
        "same words in the address",
        PROSE + '<p><a href="https://citypaper.com/news/river-towns-rebuild-after-flood">City Paper'
        " has more</a></p>",
        "https://citypaper.com/news/river-towns-rebuild-after-flood",
    ),
    Case(
        "beside share buttons and the author",
        PROSE
        + '<p><a href="https://citypaper.com/2024/05/council-meets/">Read the full story</a></p>'
        '<div class="sharedaddy"><a href="https://www.facebook.com/sharer.php?u=x">Share</a>'
        '<a href="https://twitter.com/intent/tweet?url=x">Read more on Twitter</a></div>'
        '<p>By <a rel="author" href="https://jane.net/2024/about-jane-doe-me">Jane Doe</a></p>',
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "through the site's own redirector",
        PROSE
        + '<p><a href="/out?u=https%3A%2F%2Fcitypaper.com%2F2024%2F05%2Fcouncil-meets%2F">Read'
        " the full story</a></p>",
        "https://www.themagazine.org/out?u=https%3A%2F%2Fcitypaper.com%2F2024%2F05%2Fcouncil-meets%"
        "2"
        "F",
    ),
    Case(
        "through a network's redirector",
        PROSE
        + '<p><a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fcitypaper.com%2F2024%2F05%2F'
        'council&amp;h=AT0">Read the full story</a></p>',
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fcitypaper.com%2F2024%2F05%2Fcouncil&h=AT0",
    ),
    Case(
        "a short address",
        PROSE + '<p><a href="https://bit.ly/3xYzAb">Read the full article</a></p>',
        "https://bit.ly/3xYzAb",
    ),
    Case(
        "without a scheme of its own",
        PROSE + '<p><a href="//citypaper.com/2024/05/council-meets/">Read full article</a></p>',
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "a link around an image and a link in words",
        '<a href="https://citypaper.com/2024/05/council-meets/"><img src="/a.jpg" alt="The river">'
        "</a>"
        + PROSE
        + '<p><a href="https://citypaper.com/2024/05/council-meets/">Full story »</a></p>',
        "https://citypaper.com/2024/05/council-meets/",
    ),
    Case(
        "a feed's entry at an aggregator",
        PROSE
        + '<p>The post <a rel="nofollow" href="https://grist.org/climate/river-towns-wait/">River'
        ' towns wait</a> appeared first on <a rel="nofollow"'
        ' href="https://grist.org">Grist</a>.</p>',
        "https://grist.org/climate/river-towns-wait/",
    ),
    Case(
        "an opinion elsewhere, by its author",
        "<p>My column this week is about the river.</p><p>You can read the whole column"
        ' <a href="https://www.startribune.com/opinion/river/600123456/">here</a>.</p>',
        "https://www.startribune.com/opinion/river/600123456/",
    ),
    Case(
        "local addresses",
        PROSE + '<p><a href="http://127.0.0.2:8001/2024/river/">Read the full article</a></p>',
        "http://127.0.0.2:8001/2024/river/",
        "http://127.0.0.1:8000/river/",
    ),
    Case(
        "another port of one address",
        PROSE + '<p><a href="http://127.0.0.1:8001/2024/river/">Read the full article</a></p>',
        "http://127.0.0.1:8001/2024/river/",
        "http://127.0.0.1:8000/river/",
    ),
    Case(
        "another customer of a shared host",
        PROSE
        + '<p>Read more <a href="https://rivers.wordpress.com/2012/05/02/walls/">here</a>.</p>',
        "https://rivers.wordpress.com/2012/05/02/walls/",
        "https://towns.wordpress.com/2012/05/03/walls/",
    ),
    # Languages
    Case(
        "German, whole article",
        PROSE
        + '<p>Den vollständigen Artikel lesen Sie <a href="https://taz.de/!5991234/">hier</a>.</p>',
        "https://taz.de/!5991234/",
    ),
    Case(
        "German, to the article",
        PROSE
        + '<p><a href="https://www.sueddeutsche.de/wissen/fluss-1.6543210">Zum Artikel</a></p>',
        "https://www.sueddeutsche.de/wissen/fluss-1.6543210",
    ),
    Case(
        "German, source",
        PROSE
        + '<p>Quelle: <a href="https://www.heise.de/news/Fluss-9712345.html">heise online</a></p>',
        "https://www.heise.de/news/Fluss-9712345.html",
    ),
    Case(
        "German, first published",
        PROSE + "<p>Dieser Text erschien zuerst bei"
        ' <a href="https://krautreporter.de/5123-warum-der-fluss">Krautreporter</a>.</p>',
        "https://krautreporter.de/5123-warum-der-fluss",
    ),
    Case(
        "French, the rest",
        PROSE
        + '<p><a href="https://www.liberation.fr/societe/fleuve-20240502_ABC/">Lire la suite sur'
        " Libération</a></p>",
        "https://www.liberation.fr/societe/fleuve-20240502_ABC/",
    ),
    Case(
        "French, the whole",
        PROSE + "<p>Lire l’intégralité de l’article :"
        ' <a href="https://reporterre.net/Le-fleuve-et-les-villes">Reporterre</a></p>',
        "https://reporterre.net/Le-fleuve-et-les-villes",
    ),
    Case(
        "Spanish, keep reading",
        PROSE
        + '<p><a href="https://www.eldiario.es/rio/pueblos-esperan_1_11345678.html">Seguir leyendo'
        "</a></p>",
        "https://www.eldiario.es/rio/pueblos-esperan_1_11345678.html",
    ),
    Case(
        "Spanish, source",
        PROSE
        + '<p><strong>Fuente:</strong> <a href="https://www.infobae.com/2024/05/02/rio/">Infobae'
        "</a></p>",
        "https://www.infobae.com/2024/05/02/rio/",
    ),
    Case(
        "Spanish, taken from",
        PROSE + '<p>Tomado de <a href="https://rebelion.org/los-pueblos-del-rio/">Rebelión</a></p>',
        "https://rebelion.org/los-pueblos-del-rio/",
    ),
    Case(
        "Portuguese, whole story",
        PROSE
        + '<p><a href="https://g1.globo.com/mundo/noticia/2024/05/02/rio.ghtml">Leia a matéria'
        " completa no G1</a></p>",
        "https://g1.globo.com/mundo/noticia/2024/05/02/rio.ghtml",
    ),
    Case(
        "Portuguese, source",
        PROSE + '<p>Fonte: <a href="https://www.publico.pt/2024/05/02/rio-2089123">Público</a></p>',
        "https://www.publico.pt/2024/05/02/rio-2089123",
    ),
    Case(
        "Italian, keep reading",
        PROSE
        + '<p><a href="https://www.repubblica.it/esteri/2024/05/02/news/fiume-422123/">Continua a'
        " leggere su Repubblica</a></p>",
        "https://www.repubblica.it/esteri/2024/05/02/news/fiume-422123/",
    ),
    Case(
        "Italian, original",
        PROSE
        + '<p><a href="https://www.ilpost.it/2024/05/02/citta-fiume/">Leggi l’articolo originale'
        "</a></p>",
        "https://www.ilpost.it/2024/05/02/citta-fiume/",
    ),
    Case(
        "Dutch, whole article",
        PROSE
        + '<p>Lees het volledige artikel op <a href="https://www.trouw.nl/rivier~b1234567/">Trouw'
        "</a>.</p>",
        "https://www.trouw.nl/rivier~b1234567/",
    ),
    Case(
        "Dutch, source",
        PROSE + '<p>Bron: <a href="https://nos.nl/artikel/2512345-rivier">NOS</a></p>',
        "https://nos.nl/artikel/2512345-rivier",
    ),
    Case(
        "Indonesian, in full",
        PROSE
        + '<p>Baca selengkapnya di <a href="https://www.kompas.com/global/read/2024/05/02/sungai">'
        "Kompas.com</a></p>",
        "https://www.kompas.com/global/read/2024/05/02/sungai",
    ),
    Case(
        "Indonesian, source",
        PROSE
        + '<p>Sumber : <a href="https://news.detik.com/berita/d-7321456/sungai">detikcom</a></p>',
        "https://news.detik.com/berita/d-7321456/sungai",
    ),
    Case(
        "Hungarian, whole article",
        PROSE
        + '<p>A teljes cikk <a href="https://telex.hu/kulfold/2024/05/02/folyo">itt olvasható</a>.'
        "</p>",
        "https://telex.hu/kulfold/2024/05/02/folyo",
    ),
    Case(
        "Hungarian, source",
        PROSE + '<p>Forrás: <a href="https://hvg.hu/vilag/20240502_folyo">hvg.hu</a></p>',
        "https://hvg.hu/vilag/20240502_folyo",
    ),
    Case(
        "Polish, whole text",
        PROSE + "<p><a"
        ' href="https://oko.press/rzeka-i-miasta-po-powodzi">Przeczytaj cały artykuł</a></p>',
        "https://oko.press/rzeka-i-miasta-po-powodzi",
    ),
    Case(
        "Polish, source",
        PROSE
        + '<p>Źródło: <a href="https://www.rmf24.pl/fakty/news-rzeka,nId,7412345">RMF24</a></p>',
        "https://www.rmf24.pl/fakty/news-rzeka,nId,7412345",
    ),
    Case(
        "Russian, in full",
        PROSE
        + '<p><a href="https://meduza.io/feature/2024/05/02/reka-i-goroda">Читать полностью на'
        " «Медузе»</a></p>",
        "https://meduza.io/feature/2024/05/02/reka-i-goroda",
    ),
    Case(
        "Russian, source",
        PROSE + '<p>Источник: <a href="https://lenta.ru/news/2024/05/02/reka/">Lenta.ru</a></p>',
        "https://lenta.ru/news/2024/05/02/reka/",
    ),
    Case(
        "Turkish, the rest",
        PROSE
        + '<p><a href="https://www.ntv.com.tr/dunya/nehir-kasabalari,aB12">Haberin devamı için'
        " tıklayın</a></p>",
        "https://www.ntv.com.tr/dunya/nehir-kasabalari,aB12",
    ),
    Case(
        "Turkish, source",
        PROSE
        + '<p>Kaynak: <a href="https://bianet.org/haber/nehir-kasabalari-294567">Bianet</a></p>',
        "https://bianet.org/haber/nehir-kasabalari-294567",
    ),
    Case(
        "Arabic, whole article",
        '<p dir="rtl">اجتمع المجلس يوم الثلاثاء…</p><p><a'
        ' href="https://www.aljazeera.net/news/2024/5/2/'
        'river-towns">لقراءة المقال كاملاً اضغط هنا</a></p>',
        "https://www.aljazeera.net/news/2024/5/2/river-towns",
    ),
    Case(
        "Arabic, source",
        '<p dir="rtl">اجتمع المجلس يوم الثلاثاء.</p><p>المصدر: <a'
        ' href="https://arabic.rt.com/world/'
        '1561234-river/">RT</a></p>',
        "https://arabic.rt.com/world/1561234-river/",
    ),
    Case(
        "Chinese, whole text",
        '<p>市议会周二开会。</p><p><a href="https://www.caixin.com/2024-05-02/102192345.html">阅读全文</a></p>',
        "https://www.caixin.com/2024-05-02/102192345.html",
    ),
    Case(
        "Chinese, original",
        '<p>市議會週二開會。</p><p>原文連結：<a href="https://udn.com/news/story/6809/7934567">聯合新聞網'
        "</a></p>",
        "https://udn.com/news/story/6809/7934567",
    ),
    Case(
        "Chinese, source",
        '<p>市议会周二开会。</p><p>来源：<a href="https://www.thepaper.cn/newsDetail_forward_27234567">澎湃新闻'
        "</a></p>",
        "https://www.thepaper.cn/newsDetail_forward_27234567",
    ),
    Case(
        "Japanese, the rest",
        '<p>議会は火曜日に開かれた…</p><p><a href="https://www.asahi.com/articles/ASS523QJ.html">続きを読む'
        "（朝日新聞）</a></p>",
        "https://www.asahi.com/articles/ASS523QJ.html",
    ),
    Case(
        "Japanese, source",
        '<p>議会は火曜日に開かれた。</p><p>引用元：<a href="https://www3.nhk.or.jp/news/html/20240502/k1.html">'
        "NHK</a></p>",
        "https://www3.nhk.or.jp/news/html/20240502/k1.html",
    ),
    Case(
        "Korean, original",
        '<p>시의회는 화요일에 열렸다.</p><p><a href="https://www.hani.co.kr/arti/1138912.html">기사'
        " 원문 보기"
        "</a></p>",
        "https://www.hani.co.kr/arti/1138912.html",
    ),
    Case(
        "Vietnamese, source",
        "<p>Hội đồng họp hôm thứ Ba.</p><p>Nguồn: <a"
        ' href="https://vnexpress.net/song-4741234.html">'
        "VnExpress</a></p>",
        "https://vnexpress.net/song-4741234.html",
    ),
    Case(
        "Swedish, whole article",
        PROSE + "<p><a"
        ' href="https://www.dn.se/varlden/alvens-stader-bygger-upp/">Läs hela artikeln</a></p>',
        "https://www.dn.se/varlden/alvens-stader-bygger-upp/",
    ),
    Case(
        "Norwegian, whole story",
        PROSE
        + '<p><a href="https://www.nrk.no/urix/byene-ved-elva-1.16872345">Les hele saken på NRK'
        "</a></p>",
        "https://www.nrk.no/urix/byene-ved-elva-1.16872345",
    ),
    Case(
        "Czech, whole article",
        PROSE
        + '<p>Celý článek <a href="https://www.idnes.cz/zpravy/reka.A240502_123456">zde</a>.</p>',
        "https://www.idnes.cz/zpravy/reka.A240502_123456",
    ),
    Case(
        "Serbian, source",
        PROSE + '<p>Izvor: <a href="https://n1info.rs/svet/gradovi-na-reci/">N1</a></p>',
        "https://n1info.rs/svet/gradovi-na-reci/",
    ),
    Case(
        "Romanian, source",
        PROSE
        + '<p>Sursa: <a href="https://www.digi24.ro/stiri/externe/orase-2771234">Digi24</a></p>',
        "https://www.digi24.ro/stiri/externe/orase-2771234",
    ),
    Case(
        "Greek, source",
        "<p>Το συμβούλιο συνεδρίασε.</p><p>Πηγή: <a"
        ' href="https://www.kathimerini.gr/world/562912345/'
        'poli/">Καθημερινή</a></p>',
        "https://www.kathimerini.gr/world/562912345/poli/",
    ),
    Case(
        "Persian, the rest",
        "<p>شورا سه‌شنبه تشکیل جلسه داد…</p><p><a"
        ' href="https://www.isna.ir/news/1403021312345/rood">ادامه'
        " مطلب</a></p>",
        "https://www.isna.ir/news/1403021312345/rood",
    ),
    Case(
        "Hebrew, whole article",
        "<p>המועצה התכנסה.</p><p><a"
        ' href="https://www.haaretz.co.il/news/2024-05-02/ty-article/0001">לכתבה'
        " המלאה</a></p>",
        "https://www.haaretz.co.il/news/2024-05-02/ty-article/0001",
    ),
    Case(
        "Ukrainian, source",
        PROSE + '<p>Джерело: <a href="https://www.pravda.com.ua/news/2024/05/2/7453912/">Українська'
        " правда</a></p>",
        "https://www.pravda.com.ua/news/2024/05/2/7453912/",
    ),
    Case(
        "Thai, source",
        "<p>สภาประชุมวันอังคาร</p><p>ที่มา : <a"
        ' href="https://www.matichon.co.th/foreign/news_4556789">มติชน'
        "</a></p>",
        "https://www.matichon.co.th/foreign/news_4556789",
    ),
    Case(
        "Finnish, whole story",
        PROSE + '<p><a href="https://yle.fi/a/74-20086543">Lue koko juttu Ylen sivuilta</a></p>',
        "https://yle.fi/a/74-20086543",
    ),
]

UNLINKED = [
    Case(
        "the same house in another country",
        PROSE + '<p><a href="https://www.themagazine.de/2024/05/river-towns-rebuild-after-flood/">'
        "Read the full article in German</a></p>",
    ),
    Case(
        "a reprint elsewhere",
        PROSE + "<p><em>This article was reprinted on <a"
        ' href="https://www.wired.com/story/river-towns-rebuild-after-the-flood/">Wired.com</a>.'
        "</em></p>",
    ),
    # The site itself
    Case("no link at all", PROSE),
    Case("nothing", ""),
    Case(
        "continue reading, to itself",
        PROSE + f'<p><a class="more-link" href="{SITE}#more-12">Continue reading &rarr;</a></p>',
    ),
    Case(
        "read the full article, on the site without www",
        PROSE
        + '<p><a href="http://themagazine.org/2019/01/old-floods/">Read the full article</a></p>',
    ),
    Case(
        "read the full article, on a sub-domain",
        PROSE
        + '<p><a href="https://archive.themagazine.org/1999/floods/">Read the full article</a></p>',
    ),
    Case(
        "relative",
        PROSE + '<p><a href="/2019/01/old-floods/">Read the full article</a></p>',
    ),
    Case(
        "the feed's line about itself",
        PROSE + f'<p>The post <a href="{SITE}">River towns rebuild</a> appeared first on'
        ' <a href="https://www.themagazine.org">The Magazine</a>.</p>',
    ),
    # No address of a page
    Case("mailto", PROSE + '<a href="mailto:read@more.org">Read the full article</a>'),
    Case("script", PROSE + "<a href=\"javascript:open('https://a.org/x')\">Read full article</a>"),
    Case("telephone", PROSE + '<a href="tel:+15551234">Read the full article</a>'),
    Case("empty", PROSE + '<a href="">Read the full article</a> https'),
    Case("missing", PROSE + '<a name="more">Read the full article</a> https'),
    Case("malformed", PROSE + '<a href="http://http://apnews.com/x-y-z-a">Read full article</a>'),
    Case("no host", PROSE + '<a href="http:///2024/05/x-y-z-a">Read the full article</a>'),
    Case(
        "credentials", PROSE + '<a href="https://u:p@apnews.com/article/x-1">Read full article</a>'
    ),
    Case(
        "the door of a site",
        PROSE + '<p>Source: <a href="https://www.reuters.com/">Reuters</a></p>',
    ),
    # What is no article
    Case(
        "a report to download",
        PROSE + "<p>Read the full article <a"
        ' href="https://who.int/docs/river-report-2024.pdf">here</a></p>',
    ),
    Case(
        "an image",
        PROSE + "<p>Source: <a"
        ' href="https://citypaper.com/2024/05/river-walls-fall.jpg">City Paper</a></p>',
    ),
    Case(
        "share buttons",
        PROSE + '<p><a class="btn" href="https://www.facebook.com/sharer/sharer.php?u=https://'
        'www.themagazine.org/x">Share this story</a> <a class="btn" href="https://api.whatsapp.com/'
        'send?text=Read%20more">WhatsApp</a></p>',
    ),
    Case(
        "a share service that nobody has heard of",
        PROSE
        + f'<p><a class="btn" href="https://niceshare.io/news/post/12345?page={SITE}">Read more'
        " and share</a></p>",
    ),
    Case(
        "a social network as source",
        PROSE
        + '<p>Source: <a href="https://twitter.com/cityhall/status/1786012345678">Twitter</a></p>',
    ),
    Case(
        "an embedded tweet",
        '<blockquote class="twitter-tweet"><p>Read the full story <a href="https://t.co/aB3dE">'
        "https://t.co/aB3dE</a></p></blockquote>" + PROSE,
    ),
    Case(
        "an embedded post",
        PROSE
        + '<blockquote class="wp-embedded-content"><a href="https://other.org/2024/05/river-towns-'
        'rebuild-after-flood/">River Towns Rebuild After the Flood</a></blockquote>',
    ),
    Case(
        "a video",
        PROSE
        + '<p><a class="wp-block-button__link" href="https://www.youtube.com/watch?v=abc123">Watch'
        " the full interview</a></p>",
    ),
    Case(
        "a video at a broadcaster",
        PROSE + '<p><a class="wp-block-button__link"'
        ' href="https://www.pbs.org/video/river-towns-2024-ab/">'
        "Watch the full episode</a></p>",
    ),
    Case(
        "a podcast",
        PROSE + '<div class="wp-block-button"><a'
        ' class="wp-block-button__link" href="https://podcast-host.com'
        '/shows/the-river/12345">Listen to the full interview</a></div>',
    ),
    Case(
        "a store",
        PROSE
        + '<p>Read the whole story in her book, <a href="https://www.amazon.com/dp/1234567890">The'
        " River</a>.</p>",
    ),
    Case(
        "a publisher's book",
        PROSE + '<div class="wp-block-button"><a'
        ' class="wp-block-button__link" href="https://verso.com/en/'
        '2024-the-river-and-the-wall">Buy the book</a></div>',
    ),
    Case(
        "tickets",
        PROSE
        + '<a class="elementor-button" href="https://cityhall.org/events/2024-05-12-river-night">'
        "Get tickets</a>",
    ),
    Case(
        "a registration",
        PROSE
        + '<a class="elementor-button" href="https://cityhall.org/events/2024-05-12-river-night">'
        "Register here for the meeting</a>",
    ),
    Case(
        "a newsletter",
        PROSE
        + '<p><a class="su-button" href="https://citypaper.com/2024/newsletter-daily-river-news">'
        "Subscribe to read the full story every day</a></p>",
    ),
    Case(
        "a donation",
        PROSE
        + '<p><a class="btn" href="https://redcross.org/appeals/river-towns-flood-2024">Donate now'
        "</a></p>",
    ),
    Case(
        "a petition",
        PROSE
        + '<p><a class="btn" href="https://act.350.org/sign/river-walls-now-2024">Sign the petition'
        "</a></p>",
    ),
    Case(
        "a form",
        PROSE
        + '<p>To apply, fill in <a href="https://www2.cityhall.gov/forms/flood-relief-2024-a">this'
        " form</a>.</p>",
    ),
    Case(
        "a public service",
        PROSE
        + '<p>Check your house <a href="https://maps.cityhall.gov/flood/risk/2024/">here</a>.</p>',
    ),
    Case(
        "learn more at a sponsor",
        PROSE
        + '<a class="wp-block-button__link" href="https://www.insureco.com/home-flood-cover-plus">'
        "Learn more</a>",
    ),
    Case(
        "sponsored",
        PROSE + '<p><a rel="sponsored"'
        ' href="https://insure.co/blog/flood-cover-in-2024">Read more</a></p>',
    ),
    Case(
        "cookies",
        '<h2>Cookies</h2><p>We use cookies for statistics. <a href="https://matomo.org/faq/general/'
        'faq_146/">Read more</a></p>',
    ),
    Case(
        "a list of tags",
        PROSE + '<p>Tags: <a rel="tag"'
        ' href="https://technorati.com/tag/river-towns-and-more">Read more</a></p>',
    ),
    Case(
        "the author's page",
        PROSE + "<p>Jane Doe writes about rivers. Read more of her articles"
        ' <a href="https://janedoe.com/author/jane-doe-writes/">here</a>.</p>',
    ),
    # The magazine's own writing
    Case(
        "a citation",
        "<p>The walls were <a"
        " href='https://www.nytimes.com/2024/05/02/us/river-walls.html'>built in"
        " 1954</a>, and nobody has looked at them since the war. That will change now.</p>" + PROSE,
    ),
    Case(
        "a citation that names the paper",
        "<p>According to <a"
        " href='https://www.nytimes.com/2024/05/02/us/river-walls.html'>The New York"
        " Times</a>, the walls were never inspected by the state or by the county.</p>" + PROSE * 4,
    ),
    Case(
        "a citation at the end",
        PROSE
        * 4
        + "<p>As the mayor <a href='https://www.nytimes.com/2024/05/02/us/river-walls.html'>told"
        " reporters</a>, the river does not wait.</p>",
    ),
    Case(
        "a chart's source in brackets",
        PROSE + "<p>Four walls in ten are older than that (<a"
        ' href="https://fred.stlouisfed.org/series/W123456">'
        "source</a>).</p>" + PROSE,
    ),
    Case(
        "a source in brackets, Spanish",
        PROSE + "<p>Son cuatro de cada diez (fuente: <a"
        ' href="https://ine.es/prensa/muros_2024.htm">INE</a>)'
        " y crecen.</p>",
    ),
    Case(
        "several sources",
        PROSE * 3 + '<p>Sources: <a href="https://apnews.com/article/river-1">AP</a>,'
        ' <a href="https://www.bbc.com/news/world-68912345">BBC</a>,'
        ' <a href="https://www.cnn.com/2024/05/02/us/river/index.html">CNN</a></p>',
    ),
    Case(
        "two sources under one label",
        PROSE * 3 + '<p>Source: <a href="https://apnews.com/article/river-1">AP</a> /'
        ' <a href="https://www.bbc.com/news/world-68912345">BBC</a> /'
        ' <a href="https://www.cnn.com/2024/05/02/us/river/index.html">CNN</a></p>',
    ),
    Case(
        "a list of references",
        PROSE
        * 3
        + '<h3>References</h3><ol><li><a href="https://www.nature.com/articles/s41586-024-01">Read'
        " the article</a></li><li><a"
        ' href="https://www.science.org/content/article/walls">Walls</a></li></ol>',
    ),
    Case(
        "related reading",
        PROSE + "<h4>Related</h4><p><a"
        ' href="https://www.wired.com/story/river-towns-and-their-walls/">Read'
        " the story of another river</a></p>",
    ),
    Case(
        "see also",
        PROSE + "<p>See also: <a"
        ' href="https://www.wired.com/story/river-towns-and-walls/">How a river moves'
        "</a></p>",
    ),
    Case(
        "read also, Indonesian",
        PROSE + "<p>Baca juga: <a"
        ' href="https://www.kompas.com/global/read/2024/05/02/tembok">Tembok sungai'
        "</a></p>",
    ),
    Case(
        "read also, Dutch",
        PROSE + '<p>Lees ook: <a href="https://nos.nl/artikel/2512345-rivier">De rivier</a></p>',
    ),
    Case(
        "further reading about a topic",
        PROSE
        + '<p>Read more about <a href="https://www.britannica.com/science/flood-control-1234">flood'
        " control</a>.</p>",
    ),
    Case(
        "learn more about a topic, French",
        PROSE + "<p>Pour en savoir plus sur <a"
        ' href="https://www.eaufrance.fr/les-crues-et-les-digues">les'
        " crues</a>.</p>",
    ),
    Case(
        "a study that the post is about",
        PROSE + "<p>The <a"
        ' href="https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1">full'
        " study</a> has the numbers for each town.</p>" + PROSE,
    ),
    Case(
        "a report to read",
        PROSE
        * 3
        + '<p>Read the full report <a href="https://www.unep.org/resources/report/rivers-2024">'
        "here</a>.</p>",
    ),
    Case(
        "a photo's credit",
        '<figure><img src="/a.jpg"><figcaption>Source: <a'
        ' href="https://www.artstation.com/artwork/12345">'
        "Art Station</a></figcaption></figure>" + PROSE,
    ),
    Case(
        "a photo's credit in a paragraph",
        PROSE + "<p>Photo via <a"
        ' href="https://www.nasa.gov/multimedia/imagegallery/image_123456.html">NASA'
        "</a></p>",
    ),
    Case(
        "image source",
        PROSE
        + '<p>Image source: <a href="https://www.nasa.gov/multimedia/imagegallery/image_1234.html">'
        "NASA</a></p>",
    ),
    Case(
        "a footnote",
        PROSE + '<p><a href="#ref1" id="n1">1</a> See the article here: <a'
        ' href="https://hbr.org/2011/05/why-'
        'rivers-win-always">https://hbr.org/2011/05/why-rivers-win-always</a></p>',
    ),
    Case(
        "a quote's author",
        "<blockquote><p>A river does not wait.</p><p><a"
        " href='https://quotes.net/authors/12345/mark'>Mark"
        " Twain</a></p></blockquote>" + PROSE,
    ),
    Case(
        "a round-up",
        "".join(
            f"<p>{town} waits for help, and the council has no money to give to anyone this year."
            f' <a href="https://{town.lower()}news.com/2024/05/help-is-late">Read more</a></p>'
            for town in ("Albany", "Boston", "Camden", "Dover")
        ),
    ),
    Case(
        "two stories far apart",
        "<h3>One</h3><p>Walls fall. <a"
        ' href="https://apnews.com/article/walls-1234">Read the full story</a>'
        "</p>"
        + PROSE
        * 3
        + '<h3>Two</h3><p>Floods rise. <a href="https://www.bbc.com/news/world-68912345">'
        "Read the full story</a></p>",
    ),
    Case(
        "a directory",
        "".join(
            f'<p><a href="https://a{n}.com/2024/05/story-{n}">Read</a></p>' for n in range(1200)
        ),
    ),
    Case(
        "a recipe",
        PROSE + '<p><a class="btn"'
        ' href="https://www.seriouseats.com/river-trout-recipe-7654321">Get the full'
        " recipe</a></p>",
    ),
    Case(
        "a menu",
        PROSE + "<nav><a"
        ' href="https://sister-paper.com/2024/05/river-towns-today/">Read the full story</a></nav>',
    ),
    Case(
        "an app",
        PROSE + "<p><a"
        ' href="https://play.google.com/store/apps/details?id=org.river">Continue reading in the'
        " app</a></p>",
    ),
    Case(
        "code",
        PROSE + "<p>Source: <a"
        ' href="https://github.com/river/walls/blob/main/src/wall.py">GitHub</a></p>',
    ),
    Case(
        "an encyclopedia",
        PROSE + "<p>Source: <a"
        ' href="https://en.wikipedia.org/wiki/Flood_control_in_towns">Wikipedia</a></p>',
    ),
    Case(
        "a call in hidden text",
        PROSE + "<noscript><a"
        ' href="https://ads.com/2024/click-here-for-more">Read the full article</a></noscript>',
    ),
    Case(
        "a call in prose, first person",
        "<p>When I was young I read every article that <a"
        " href='https://www.economist.com/1999/05/02/rivers'>"
        "the Economist</a> printed about rivers, dams and the people"
        " who build them for a living.</p>" + PROSE * 4,
    ),
    Case(
        "German: service",
        PROSE + "<p>Den Pegel finden Sie <a"
        ' href="https://www.pegelonline.wsv.de/gast/stamm?nr=27100400">hier'
        "</a>.</p>",
    ),
    Case(
        "German: image source",
        PROSE
        + '<p>Bildquelle: <a href="https://www.nasa.gov/multimedia/image_123456.html">NASA</a></p>',
    ),
    Case(
        "French: register",
        PROSE + '<p><a class="btn"'
        ' href="https://www.mairie.fr/evenements/2024-05-12-le-fleuve">Inscrivez-vous'
        " ici</a></p>",
    ),
    Case(
        "Spanish: form",
        PROSE + "<p>Para saber más sobre la ayuda, haz clic <a"
        ' href="https://www.gob.es/tramites/ayuda_2024.html">'
        "aquí</a></p>",
    ),
    Case(
        "Japanese: application",
        '<p>説明会を開きます。</p><p><a class="btn"'
        ' href="https://city.lg.jp/event/20240512/form.html">お申し込みは'
        "こちら</a></p>",
    ),
    Case(
        "Chinese: image source",
        '<p>市议会周二开会。</p><p>图片来源：<a href="https://www.vcg.com/creative/1234567.html">视觉中国</a></p>',
    ),
]
