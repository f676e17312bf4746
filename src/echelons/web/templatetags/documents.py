"""How the weight of a file is written."""

from django import template

from echelons.socle.dates import INSECABLE

register = template.Library()


@register.filter
def poids(octets: int) -> str:
    """« 474 octets », « 2 Ko », « 1,2 Mo »."""
    if octets < 1024:
        return f"{octets}{INSECABLE}octets"
    if octets < 1024**2:
        return f"{octets / 1024:.0f}{INSECABLE}Ko"
    return f"{octets / 1024**2:.1f}{INSECABLE}Mo".replace(".", ",")
