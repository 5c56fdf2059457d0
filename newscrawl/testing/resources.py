"""Rows of the magazine as the REST API's JSON objects: each key as WordPress 6.x names it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from newscrawl.testing.rows import POST_TYPES, TAXONOMIES, Author, Comment, Picture, Post, Term

if TYPE_CHECKING:
    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.rows import PostType, Taxonomy

Item = dict[str, Any]

REST_BASES = {post_type.slug: post_type.rest_base for post_type in POST_TYPES}
TAXONOMY_BASES = {taxonomy.slug: taxonomy.rest_base for taxonomy in TAXONOMIES}
TERM_FOLDERS = {"category": "category", "post_tag": "tag", "region": "region"}
IMAGE_SIZES = {"thumbnail": (150, 150), "medium": (300, 200), "full": (1200, 800)}

ENTITIES = {"’": "&#8217;", "‘": "&#8216;", "“": "&#8220;", "”": "&#8221;", "–": "&#8211;"}


def texturized(text: str) -> str:
    """Write plain text as WordPress renders it: escaped, typographic marks as entities.

    >>> texturized("Salt & light – the town’s plan")
    'Salt &#038; light &#8211; the town&#8217;s plan'
    """
    escaped = html.escape(text, quote=False).replace("&amp;", "&#038;")
    return "".join(ENTITIES.get(character, character) for character in escaped)


def post_item(magazine: Magazine, post: Post) -> Item:
    """Write a post of any type; a protected one without its text."""
    item: Item = {
        "id": post.id,
        "date": post.date,
        "date_gmt": post.date_gmt,
        "guid": {"rendered": post.guid},
        "modified": post.modified,
        "modified_gmt": post.modified_gmt,
        "slug": post.slug,
        "status": post.status,
        "type": post.type,
        "link": magazine.link(post),
        "title": {"rendered": texturized(seen_title(post))},
        "content": {
            "rendered": "" if post.protected else post.content,
            "protected": post.protected,
        },
        "excerpt": {
            "rendered": "" if post.protected else post.excerpt,
            "protected": post.protected,
        },
        "author": post.author,
        "featured_media": post.featured_media,
    }
    if post.type == "post":
        item |= {
            "comment_status": "open",
            "ping_status": "closed",
            "sticky": post.sticky,
            "format": "standard",
            "meta": {"_acf_changed": False, "footnotes": ""},
            "categories": list(post.categories),
            "tags": list(post.tags),
        }
    else:
        item["meta"] = []
    if post.type in ("post", "news"):
        item["regions"] = list(post.terms.get("region", ()))
    item |= {"template": "", "class_list": _classes(magazine, post)}
    return item | {"acf": post.acf or [], "_links": _post_links(magazine, post)}


def seen_title(post: Post) -> str:
    """Return the title that readers see, as plain text."""
    return f"Protected: {post.title}" if post.protected else post.title


def _classes(magazine: Magazine, post: Post) -> list[str]:
    terms = [magazine.terms[i] for i in (*post.categories, *post.tags) if i in magazine.terms]
    named = [f"{'tag' if t.taxonomy == 'post_tag' else t.taxonomy}-{t.slug}" for t in terms]
    picture = ["has-post-thumbnail"] if post.featured_media else []
    return [f"post-{post.id}", post.type, f"status-{post.status}", *picture, "hentry", *named]


def _post_links(magazine: Magazine, post: Post) -> Item:
    route = f"/wp/v2/{REST_BASES[post.type]}"
    taxonomies = [taxonomy for taxonomy in TAXONOMIES if post.type in taxonomy.types]
    own = magazine.rest_url(f"{route}/{post.id}")
    links: Item = {
        "self": [{"href": own, "targetHints": {"allow": ["GET"]}}],
        "collection": [{"href": magazine.rest_url(route)}],
        "about": [{"href": magazine.rest_url(f"/wp/v2/types/{post.type}")}],
        "author": [
            {"embeddable": True, "href": magazine.rest_url(f"/wp/v2/users/{post.author}")},
        ],
        "replies": [
            {"embeddable": True, "href": magazine.rest_url("/wp/v2/comments", post=post.id)},
        ],
        "version-history": [{"count": 1, "href": f"{own}/revisions"}],
        "wp:attachment": [{"href": magazine.rest_url("/wp/v2/media", parent=post.id)}],
        "wp:term": [
            {
                "taxonomy": taxonomy.slug,
                "embeddable": True,
                "href": magazine.rest_url(f"/wp/v2/{taxonomy.rest_base}", post=post.id),
            }
            for taxonomy in taxonomies
        ],
        "curies": [{"name": "wp", "href": "https://api.w.org/{rel}", "templated": True}],
    }
    if post.featured_media:
        href = magazine.rest_url(f"/wp/v2/media/{post.featured_media}")
        links["wp:featuredmedia"] = [{"embeddable": True, "href": href}]
    return links


def term_item(magazine: Magazine, term: Term) -> Item:
    """Write a category, a tag or a term of another taxonomy, with the number of its posts."""
    posts = [*magazine.public("post"), *magazine.public("news")]
    used = [{*p.categories, *p.tags, *(i for ids in p.terms.values() for i in ids)} for p in posts]
    base = TAXONOMY_BASES[term.taxonomy]
    item: Item = {
        "id": term.id,
        "count": sum(term.id in ids for ids in used),
        "description": term.description,
        "link": f"{magazine.home}/{TERM_FOLDERS[term.taxonomy]}/{term.slug}/",
        "name": texturized(term.name),
        "slug": term.slug,
        "taxonomy": term.taxonomy,
        "meta": [],
        "acf": [],
        "_links": {"self": [{"href": magazine.rest_url(f"/wp/v2/{base}/{term.id}")}]},
    }
    if term.taxonomy == "category":
        item["parent"] = term.parent
    return item


def author_item(magazine: Magazine, author: Author) -> Item:
    """Write a user, as the public sees one."""
    return {
        "id": author.id,
        "name": author.name,
        "url": "",
        "description": texturized(author.description),
        "link": f"{magazine.home}/author/{author.slug}/",
        "slug": author.slug,
        "avatar_urls": {"96": f"{magazine.home}/wp-content/avatar.png"},
        "meta": [],
        "acf": [],
        "_links": {"self": [{"href": magazine.rest_url(f"/wp/v2/users/{author.id}")}]},
    }


def picture_item(magazine: Magazine, picture: Picture) -> Item:
    """Write an attachment, with its sizes and caption."""
    source = f"{magazine.home}/wp-content/uploads/{picture.file}"
    return {
        "id": picture.id,
        "date": picture.date,
        "date_gmt": picture.date_gmt,
        "guid": {"rendered": source},
        "modified": picture.date,
        "modified_gmt": picture.date_gmt,
        "slug": picture.slug,
        "status": "inherit",
        "type": "attachment",
        "link": f"{magazine.home}/{picture.slug}/",
        "title": {"rendered": texturized(picture.title)},
        "author": picture.author,
        "featured_media": 0,
        "comment_status": "open",
        "ping_status": "closed",
        "template": "",
        "meta": [],
        "acf": [],
        "description": {"rendered": ""},
        "caption": {"rendered": f"<p>{texturized(picture.caption)}</p>\n"},
        "alt_text": picture.alt,
        "media_type": "image",
        "mime_type": "image/png",
        "media_details": {
            "width": picture.width,
            "height": picture.height,
            "file": picture.file,
            "filesize": 70,
            "sizes": {
                name: {"file": f"{name}.png", "width": w, "height": h, "source_url": source}
                for name, (w, h) in IMAGE_SIZES.items()
            },
        },
        "post": picture.post or None,
        "source_url": source,
        "_links": {"self": [{"href": magazine.rest_url(f"/wp/v2/media/{picture.id}")}]},
    }


def comment_item(magazine: Magazine, comment: Comment) -> Item:
    """Write an approved comment: WordPress shows neither address nor e-mail."""
    post = magazine.posts[comment.post]
    paragraphs = re.split(r"\n+", comment.text)
    return {
        "id": comment.id,
        "post": comment.post,
        "parent": comment.parent,
        "author": 0,
        "author_name": comment.author_name,
        "author_url": "",
        "date": comment.date,
        "date_gmt": comment.date_gmt,
        "content": {"rendered": "".join(f"<p>{texturized(p)}</p>\n" for p in paragraphs)},
        "link": f"{magazine.link(post)}#comment-{comment.id}",
        "status": "approved",
        "type": "comment",
        "author_avatar_urls": {"96": f"{magazine.home}/wp-content/avatar.png"},
        "meta": [],
        "acf": [],
        "_links": {"self": [{"href": magazine.rest_url(f"/wp/v2/comments/{comment.id}")}]},
    }


def type_item(magazine: Magazine, post_type: PostType) -> Item:
    """Write a post type of ``/wp/v2/types``."""
    return {
        "description": post_type.description,
        "hierarchical": post_type.hierarchical,
        "has_archive": post_type.has_archive,
        "name": post_type.name,
        "slug": post_type.slug,
        "icon": None,
        "taxonomies": list(post_type.taxonomies),
        "rest_base": post_type.rest_base,
        "rest_namespace": "wp/v2",
        "template": [],
        "template_lock": False,
        "_links": {
            "collection": [{"href": magazine.rest_url("/wp/v2/types")}],
            "wp:items": [{"href": magazine.rest_url(f"/wp/v2/{post_type.rest_base}")}],
        },
    }


def taxonomy_item(magazine: Magazine, taxonomy: Taxonomy) -> Item:
    """Write a taxonomy of ``/wp/v2/taxonomies``."""
    return {
        "name": taxonomy.name,
        "slug": taxonomy.slug,
        "description": "",
        "types": list(taxonomy.types),
        "hierarchical": taxonomy.hierarchical,
        "rest_base": taxonomy.rest_base,
        "rest_namespace": "wp/v2",
        "_links": {
            "collection": [{"href": magazine.rest_url("/wp/v2/taxonomies")}],
            "wp:items": [{"href": magazine.rest_url(f"/wp/v2/{taxonomy.rest_base}")}],
        },
    }
