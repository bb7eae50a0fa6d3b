"""The results page as one writes it without an index of one's own: what ours is held against."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine

from councils.models import Shop

_FIELDS: Final = (
    *("name", "kana", "company", "address", "stations", "municipality__name", "council__name"),
    *("categories__label", "categories__plain", "categories__kana"),
)
_PAGE: Final = Engine().from_string("""
<h1>{{ total }}</h1>
<ul>{% for area in areas %}<li>{{ area.municipality__name }} ({{ area.total }})</li>{% endfor %}</ul>
<ul>{% for need in needs %}<li>{{ need.categories__plain }} ({{ need.total }})</li>{% endfor %}</ul>
{% for shop in shops %}<li><a href="/shops/{{ shop.public_id }}/">{{ shop.name }}</a> {{ shop.municipality.name }}
{{ shop.council.name }} {{ shop.address }} {{ shop.phone }} {{ shop.confirmed_on|date:"Y-m-d" }}
<ul>{% for category in shop.categories.all %}<li>{{ category.plain }}</li>{% endfor %}</ul></li>{% endfor %}
""")


@login_not_required
def naive_results(request: HttpRequest) -> HttpResponse:
    """Total, two facets, twenty rows: every count looks through all texts again."""
    word = request.GET["q"]
    anywhere = Q()
    for field in _FIELDS:
        anywhere |= Q(**{f"{field}__icontains": word})
    found = Shop.objects.public().filter(pk__in=Shop.objects.filter(anywhere).values("pk"))
    found = found.filter(municipality__code=request.GET["area"])
    shops = found.select_related("municipality", "council").prefetch_related("categories")
    context = {
        "total": found.count(),
        "areas": found.values("municipality__name").annotate(total=Count("pk")).order_by(),
        "needs": found.values("categories__plain").annotate(total=Count("pk")).order_by(),
        "shops": shops.order_by("kana", "pk")[:20],
    }
    return HttpResponse(_PAGE.render(Context(context)))
