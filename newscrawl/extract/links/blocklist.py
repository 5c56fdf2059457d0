"""Recognize URLs that are never a full article: social networks, stores, downloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.urls.canonical import table_of

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# Hosts by kind, with their subdomains.
NEVER_HOSTS: dict[str, str] = {
    "a social network": """
        facebook.com fb.com fb.me messenger.com instagram.com threads.net threads.com twitter.com
        x.com linkedin.com lnkd.in pinterest.com pinterest.de pinterest.fr pinterest.es
        pinterest.co.uk pin.it reddit.com redd.it tiktok.com snapchat.com vk.com vk.cc ok.ru
        my.mail.ru connect.mail.ru weibo.com weibo.cn qzone.qq.com connect.qq.com user.qzone.qq.com
        douban.com xing.com whatsapp.com wa.me telegram.org telegram.me t.me viber.com line.me
        discord.com discord.gg slack.com bsky.app mastodon.social mastodon.online truthsocial.com
        gab.com parler.com plus.google.com band.us kakao.com kakaotalk.com story.kakao.com
        gravatar.com about.me linktr.ee nextdoor.com
    """,
    "a share or bookmark service": """
        addtoany.com addthis.com sharethis.com shareaholic.com getpocket.com pocket.co
        instapaper.com digg.com stumbleupon.com mix.com del.icio.us delicious.com diigo.com
        flipboard.com evernote.com b.hatena.ne.jp pinboard.in meneame.net wykop.pl blogmarks.net
        slashdot.org scoop.it folkd.com livedoor.com printfriendly.com feedly.com netvibes.com
        bloglovin.com mewe.com buffer.com hootsuite.com translate.google.com translate.goog
        disqus.com
    """,
    "a video or audio service": """
        youtube.com youtu.be youtube-nocookie.com vimeo.com dailymotion.com dai.ly rumble.com
        twitch.tv bitchute.com odysee.com rutube.ru bilibili.com nicovideo.jp wistia.com
        spotify.com soundcloud.com bandcamp.com mixcloud.com podcasts.apple.com itunes.apple.com
        music.apple.com podcasts.google.com podbean.com anchor.fm stitcher.com overcast.fm
        pca.st buzzsprout.com libsyn.com ivoox.com deezer.com tidal.com audioboom.com spreaker.com
        castbox.fm tunein.com iheart.com audible.com netflix.com
    """,
    "a store": """
        amazon.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es amazon.ca amazon.co.jp
        amazon.com.br amazon.in amazon.com.au amazon.nl amazon.com.mx amazon.pl amazon.se amzn.to
        amzn.com a.co ebay.com ebay.de ebay.co.uk etsy.com aliexpress.com alibaba.com walmart.com
        target.com bestbuy.com shopify.com myshopify.com bookshop.org barnesandnoble.com
        indiebound.org thalia.de hugendubel.de fnac.com bol.com buecher.de play.google.com
        apps.apple.com store.steampowered.com gumroad.com redbubble.com zazzle.com lulu.com
        smashwords.com tokopedia.com shopee.co.id shopee.vn lazada.vn lazada.co.id bukalapak.com
        mercadolibre.com.ar mercadolibre.com.mx mercadolivre.com.br flipkart.com rakuten.co.jp
        taobao.com tmall.com jd.com ozon.ru wildberries.ru allegro.pl hepsiburada.com trendyol.com
    """,
    "a ticket, booking or form service": """
        eventbrite.com eventbrite.co.uk eventbrite.de eventbrite.fr eventbrite.es eventbrite.ca
        ticketmaster.com ticketmaster.de ticketweb.com eventim.de tickettailor.com meetup.com lu.ma
        billetto.co.uk weezevent.com helloasso.com sympla.com.br booking.com airbnb.com
        tripadvisor.com expedia.com hotels.com calendly.com doodle.com opentable.com
        docs.google.com forms.gle drive.google.com forms.office.com typeform.com jotform.com
        surveymonkey.com surveymonkey.co.uk wufoo.com formstack.com zoom.us webex.com
        teams.microsoft.com gotowebinar.com attendee.gotowebinar.com smartsurvey.co.uk airtable.com
    """,
    "a mail list": """
        list-manage.com mailchimp.com mailchi.mp eepurl.com campaign-archive.com
        createsend.com cmail19.com cmail20.com constantcontact.com ctctcdn.com convertkit.com
        ck.page sendinblue.com brevo.com mailerlite.com getresponse.com aweber.com activehosted.com
        klaviyo.com tinyletter.com mailpoet.com feedburner.google.com feedblitz.com steadyhq.com
        groups.google.com specificfeeds.com follow.it
    """,
    "a donation or petition service": """
        paypal.com paypal.me patreon.com ko-fi.com buymeacoffee.com gofundme.com kickstarter.com
        indiegogo.com justgiving.com liberapay.com opencollective.com donorbox.org betterplace.org
        change.org avaaz.org openpetition.de crowdfunder.co.uk ulule.com leetchi.com classy.org
        givebutter.com actblue.com winred.com secure.actblue.com tipeee.com catarse.me
        vakinha.com.br
    """,
    "a source of images": """
        unsplash.com pexels.com pixabay.com flickr.com flic.kr shutterstock.com gettyimages.com
        gettyimages.de gettyimages.fr gettyimages.co.uk istockphoto.com stock.adobe.com alamy.com
        depositphotos.com dreamstime.com freepik.com 123rf.com imgur.com giphy.com tenor.com
        canva.com freeimages.com morguefile.com deviantart.com 500px.com
    """,
    "a work of reference": """
        wikipedia.org wikimedia.org wikidata.org wiktionary.org wikiquote.org wikisource.org
        creativecommons.org gnu.org opensource.org imdb.com goodreads.com merriam-webster.com
        openstreetmap.org maps.google.com maps.app.goo.gl archive.is archive.ph
    """,
    "a software or document host": """
        github.com gitlab.com bitbucket.org sourceforge.net npmjs.com pypi.org packagist.org
        wordpress.org dropbox.com mega.nz mediafire.com wetransfer.com 4shared.com rapidshare.com
        onedrive.live.com box.com scribd.com issuu.com slideshare.net academia.edu prezi.com
        calameo.com yumpu.com codepen.io jsfiddle.net gist.github.com
    """,
    "a privacy or advertising service": """
        cookiedatabase.org cookiebot.com onetrust.com complianz.io iubenda.com aboutads.info
        e-recht24.de disclaimer.de activemind.de
        youronlinechoices.com youronlinechoices.eu allaboutcookies.org networkadvertising.org
        doubleclick.net googlesyndication.com googleadservices.com policies.google.com
        tools.google.com support.google.com support.mozilla.org support.apple.com
        adssettings.google.com support.microsoft.com privacy.microsoft.com awin1.com
        shareasale.com tradedoubler.com
        anrdoezrs.net jdoqocy.com dpbolvw.net tkqlhce.com kqzyfj.com skimresources.com
        viglink.com taboola.com outbrain.com prf.hn linksynergy.com partnerize.com
    """,
}
_BECAUSE = {host: why for why, hosts in NEVER_HOSTS.items() for host in hosts.split()}

# Endings of paths that are files.
DOWNLOADS = re.compile(
    r"\.(?:pdf|zip|rar|7z|t?gz|tar|docx?|odt|rtf|xlsx?|ods|csv|pptx?|odp|epub|mobi|azw3|txt|json|"
    r"rss|ics|vcf|kml|apk|exe|msi|dmg|iso|jpe?g|png|gif|webp|avif|svg|bmp|tiff?|ico|mp[34]|m4[av]|"
    r"ogg|og[av]|wav|flac|mov|avi|mkv|wmv|webm|m3u8?|swf|css|js)$",
    re.IGNORECASE,
)

# Parts of a path that no article has. Parts are compared whole.
NEVER_PATHS = table_of("""
    donate donation donations don dons donar doar doneer spenden spende dona donazioni apoya
    subscribe subscription subscriptions subscribers abo abonnement abonnements suscribete
    suscripcion abonnieren abbonati assine newsletter newsletters signup sign-up sign_up join
    register registration inscription anmeldung login log-in signin sign-in account my-account
    logout wp-login.php wp-admin wp-signup.php cart basket checkout shop store boutique tienda
    loja negozio winkel product products produkt produkte producto productos produit produits
    ticket tickets booking buy kaufen acheter comprar event-registration rsvp
    contact contact-us contacto kontakt contatti contato about about-us ueber-uns impressum imprint
    privacy privacy-policy datenschutz terms terms-of-service terms-of-use tos cookies cookie-policy
    share sharer share.php sharer.php intent submit search advertise careers jobs vacancies
    download downloads downloaddata wp-content wp-json xmlrpc.php
""")
# Starts of hosts that have no articles.
SERVICE_HOSTS = (
    *("donate.", "don.", "dons.", "give.", "secure.", "shop.", "store.", "tickets.", "book."),
    *("ads.", "ad.", "adserver.", "adclick.", "login.", "auth.", "account.", "subscribe."),
    *("newsletter.", "go.newsletter.", "share.", "forms.", "docs.", "support.", "help."),
)
# Parts that mark a list of articles or a person's page if they are among a path's last two.
LIST_PATHS = table_of("""
    tag tags category categories kategorie categoria categorie rubrik topic topics tema temas
    author authors autor autores auteur autore profile profiles profil user users member members
    people team staff
""")
# Parts of a path that are read.
_PATH_PARTS_READ = 12


def never_because(parts: SplitResult) -> str:
    """Return why the URL can't be a full article's; "" if it can.

    >>> from urllib.parse import urlsplit
    >>> never_because(urlsplit("https://m.facebook.com/a/posts/1"))
    'a social network'
    >>> never_because(urlsplit("https://a.example/report.pdf"))
    'a download'
    """
    host = parts.hostname or ""
    path = parts.path.lower()
    if why := _BECAUSE.get(host) or _BECAUSE.get(host.removeprefix("www.")):
        return why
    while "." in host:
        host = host.partition(".")[2]
        if why := _BECAUSE.get(host):
            return why
    if DOWNLOADS.search(path):
        return "a download"
    parts_of_path = [part for part in path.split("/") if part][:_PATH_PARTS_READ]
    if not NEVER_PATHS.isdisjoint(parts_of_path):
        return "a page of a service"
    if not LIST_PATHS.isdisjoint(parts_of_path[-2:]):
        return "a list or a person's page"
    if (parts.hostname or "").startswith(SERVICE_HOSTS):
        return "a page of a service"
    return ""
