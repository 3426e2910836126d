"""What stands in a document without being of it: tables of contents, captions, calls to subscribe, footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.domain.links import find_urls
from bot.domain.sections import classify
from bot.readers.blocks import Block, BlockKind, lead_of, one_line
from bot.readers.labels import comparable, ends_a_sentence, label_of, width

_CAPTION_LONGEST = 60
_FIGURE = re.compile(
    r"[(\[*_\s]*(?:figure|fig|image|img|photo|source|via|credits?|figura|imagen?|imagem|fuente|fonte|foto|crédit\w*|abbildung|abb"
    r"|quelle|bild|şekil|resim|kaynak|рис|рисунок|источник|фото|图|圖|图片|来源|來源|출처|그림|図|出典|المصدر|صورة|الشكل)"
    r"(?:\b|(?<=[^\x00-\x7f]))[\s.:：—–\-\d(]*",
    re.I,
)
# A sentence that asks to subscribe, follow or share; the words for it in the languages that we met or expect.
_INVITATION = re.compile(
    r"\b(?:(?:un)?subscrib\w*|sign\s?up|share this|follow (?:us|me)|abonne\w*|inscrivez\w*|désabonn\w*|inscrev\w*"
    r"|assin[ea]\b|assinar|suscr[ií]\w*|iscriv\w*|abonnier\w*|anmelden|abone ol\w*|kaydol\w*|подпи[сш]\w*|отпис\w*)"
    r"|订阅|訂閱|关注我们|關注我們|扫码关注|購読|구독|اشترك\w*|الاشتراك",
    re.I,
)
_INVITING_WORDS = re.compile(
    rf"{_INVITATION.pattern}|newsletter|preferences|browser|bolet[ií]n|bulletin|рассылк\w*|b[üu]lten\w*"
    r"|邮件列表|ニュースレター|뉴스레터|النشرة",
    re.I,
)
_INVITING_PATH = re.compile(
    r"subscri|sign-?up|newsletter|mailing-?list|follow|feedburner|mailchi|list-manage|eepurl|tinyletter", re.I
)
_BUTTON = re.compile(
    r"\W*(?:share\W*(?:this|post)?|leave a comment|comments?|like|follow|reply|restack|read in app)\W*", re.I
)
_INVITATION_LONGEST = 260
_ADVERTISING = re.compile(
    r"\W*(?:sponsor(?:ed|s)?(?: (?:message|post|links?|content|section))?|our sponsors?|advertis(?:ement|ing)"
    r"|paid (?:post|content|promotion)|presented by"
    r"|(?:a )?(?:message|word) from (?:our|the) (?:sponsor|partner)s?|together with our (?:sponsor|partner)s?"
    r"|реклама|на правах рекламы|партн[её]рский материал|patrocinado(?: por)?|patrocinador(?:es)?|publicidade?"
    r"|publicité|contenu sponsorisé|anzeige|werbung|sponsorlu(?: içerik)?|reklam|广告|廣告"
    r"|赞助|贊助|広告|スポンサー|광고)"
    r"\s*(?:[:：|—–)\]\-]|by\b|$)",
    re.I,
)
# What pages put above that which follows an article; "#" stands for a count.
_LEFTOVERS = """
    comments ?#?|# comments|no comments|responses ?#?|# responses|repl(?:y|ies)|# replies|leave an? (?:comment|reply)
    |discussion about this post.*|join the (?:conversation|discussion).*|ready for more|share this.*|see also|archives?
    |(?:written by|published in|more from|recommended from) .{1,80}|about the authors?|categories|tags
    |(?:related|recommended|similar|recent|popular|latest|previous|next|other) (?:posts?|articles?|stories|reading)
    |you (?:might|may) (?:also )?(?:like|enjoy)
    |комментари[ий] ?#?|похожие .{1,30}|читайте также.{0,30}|об авторе.{0,30}|ещё по теме
    |coment[aá]rios? ?#?|# comentarios?|(?:deja|deixe) u[mn] coment[aá]rio.{0,20}|sobre (?:o|el|la) autora?
    |(?:posts|artigos|artículos|entradas) (?:relacionad[oa]s|recientes|recentes)
    |# commentaires?|commentaires? ?#?|articles (?:similaires|récents|liés)|à propos de l.auteur.{0,30}
    |# kommentare?|kommentare? ?#?|ähnliche (?:beiträge|artikel)|über den autor.{0,30}
    |commenti ?#?|articoli (?:correlati|simili|recenti)
    |yorumlar ?#?|# yorum|bir yorum.{0,20}|(?:ilgili|benzer|son) (?:yazılar|makaleler)|yazar hakkında
    |التعليقات ?#?|تعليقات|اترك تعليق.{0,20}|(?:مقالات|مواضيع) ذات صلة|عن (?:الكاتب|المؤلف)
    |#? ?[条條]?(?:评论|評論|留言) ?#?|推荐阅读|推薦閱讀|相关(?:推荐|文章|阅读|资源)|相關文章|猜你喜欢
    |作者简介|关于作者|版权声明
    |コメント ?#?|関連記事.{0,10}|おすすめ記事|この記事を書いた人|댓글 ?#?|관련 글|टिप्पणियाँ
"""
_LEFTOVER = re.compile(
    r"\W*(?:" + re.sub(r"\s*\n\s*", "", _LEFTOVERS).replace("#", "(?:[(（]?[0-9]+[)）]?)") + r")\W*", re.I
)
_MARK = re.compile(r"\s*[\[(]?\d{1,3}[\])]?\s*")
_CONTENTS_LEAST = 3


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without tables of contents: lists whose entries come again as headings, or only lead into the page."""
    keys = [_key(block) for block in blocks]
    headings = _keys_of_headings(blocks, keys)
    kept: list[Block] = []
    place = 0
    while place < len(blocks):
        end = _end_of_list(blocks, place)
        if end - place >= _CONTENTS_LEAST and _is_contents(blocks[place:end], keys[place:end], headings):
            if kept and _announces_contents(kept[-1]):
                kept.pop()
            place = end
        elif end > place:
            kept.extend(blocks[place:end])
            place = end
        else:
            kept.append(blocks[place])
            place += 1
    return kept


def with_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with those paragraphs marked as captions that only say something about the image above them."""
    marked: list[Block] = []
    below_image = False
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and below_image and is_caption(block):
            marked.append(replace(block, kind=BlockKind.CAPTION))
            continue
        below_image = block.kind in (BlockKind.IMAGE, BlockKind.CAPTION) or (
            below_image and block.kind is BlockKind.COMMENT
        )
        marked.append(block)
    return marked


def is_caption(block: Block) -> bool:
    """True for a paragraph below an image that is set apart, only a link, or named a figure or a source."""
    if block.is_bold:
        return False
    text = block.text.strip()
    if block.is_italic or (len(text) <= _CAPTION_LONGEST and block.is_linked):
        return True
    return bool(_FIGURE.match(text)) and width(text) <= 3 * _CAPTION_LONGEST


def is_source_note(text: str) -> bool:
    """True for a line that says "source" in some language and nothing else."""
    return bool(_FIGURE.fullmatch(text.strip()))


def is_invitation(block: Block) -> bool:
    """True for a short line that asks to subscribe, to follow or to share."""
    text = block.text.strip()
    if not block.is_textual or len(text) > _INVITATION_LONGEST:
        return False
    if block.is_linked and _BUTTON.fullmatch(text):
        return True
    if not _INVITATION.search(text):
        return False
    urls = block.urls or tuple(find_urls(text))
    if not urls:
        return len(text) <= _INVITATION_LONGEST // 3
    carriers = [run.text for run in block.runs if run.url and run.text.strip()]
    return all(map(_INVITING_PATH.search, urls)) or (bool(carriers) and all(map(_INVITING_WORDS.search, carriers)))


def is_advertising(text: str) -> bool:
    """True for a line or a title that calls what it belongs to advertising."""
    return bool(_ADVERTISING.match(text.strip()))


def is_leftover(text: str) -> bool:
    """True for a line that pages put above what follows an article: comments, other articles, the author."""
    return bool(_LEFTOVER.fullmatch(text.strip()))


def without_leftovers(blocks: Sequence[Block]) -> list[Block]:
    """The blocks up to the first line of that kind that no section follows."""
    cut = len(blocks)
    for place in range(len(blocks) - 1, len(blocks) // 2, -1):
        block = blocks[place]
        if block.kind is not BlockKind.HEADING and not (block.kind is BlockKind.PARAGRAPH and block.is_bold):
            continue
        text = one_line(block.text)
        if is_leftover(text):
            cut = place
        elif block.kind is BlockKind.HEADING and classify(text) is not None:
            break
    return list(blocks[:cut])


def without_footer(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without what stands below the last rule of a document, where that is only a few paragraphs."""
    rules = [place for place, block in enumerate(blocks) if block.kind is BlockKind.RULE]
    if not rules:
        return list(blocks)
    last = rules[-1]
    below = [block for block in blocks[last + 1 :] if block.is_textual]
    plain = all(block.kind is BlockKind.PARAGRAPH and not block.is_bold for block in below)
    plain = plain and sum(1 for block in below if lead_of(block)[0]) < 2  # several titled texts are no footer
    above = rules[-2] if len(rules) > 1 else -1
    between = [block for block in blocks[above + 1 : last] if block.is_textual]
    # Where rules part every item from the next, what is below the last one is an item.
    is_separator = len(rules) > 2 and len(between) <= 3 and not any(b.kind is BlockKind.HEADING for b in between)
    return list(blocks[:last]) if plain and not is_separator else list(blocks)


def _key(block: Block) -> str:
    return comparable(label_of(one_line(block.text)).words)


def _keys_of_headings(blocks: Sequence[Block], keys: Sequence[str]) -> set[str]:
    return {
        key
        for block, key in zip(blocks, keys, strict=True)
        if key and (block.kind is BlockKind.HEADING or (block.kind is BlockKind.PARAGRAPH and block.is_bold))
    }


def _end_of_list(blocks: Sequence[Block], start: int) -> int:
    end = start
    while end < len(blocks) and blocks[end].kind is BlockKind.ENTRY:
        end += 1
    return end


def _is_contents(entries: Sequence[Block], keys: Sequence[str], headings: set[str]) -> bool:
    known = sum(1 for key in keys if key in headings)
    inside = sum(1 for entry in entries if _only_leads_inside(entry))
    return max(known, inside) * 5 >= len(entries) * 3


def _only_leads_inside(entry: Block) -> bool:
    """True for an entry with links to places of its own page; the marks of references are no such links."""
    carriers = [run for run in entry.runs if run.url and not _MARK.fullmatch(run.text)]
    return bool(carriers) and all(_leads_inside(run.url) for run in carriers if run.url)


def _leads_inside(url: str) -> bool:
    return url.startswith("#") or (bool(urlsplit(url).fragment) and not urlsplit(url).netloc)


def _announces_contents(block: Block) -> bool:
    """True for the line above a table of contents: a heading of its own, or a short line that ends open."""
    text = block.text.strip()
    if block.kind is BlockKind.HEADING or block.is_bold:
        return True
    return (
        block.kind is BlockKind.PARAGRAPH and width(text) <= 60 and (text[-1:] in ":：,，" or not ends_a_sentence(text))
    )
