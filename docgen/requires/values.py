"""Values: what a term can be, such as clients, their methods and responses, and the steps between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.requires.terms import Argument, Mapping, Sequence, Term

if TYPE_CHECKING:
    from docgen.requires.context import Context


class Value:
    """Anything that a term can be."""

    __slots__ = ()


Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class UnknownValue(Value):
    """Anything: the scanned files do not show what."""


@dataclass(frozen=True, slots=True)
class Foreign(Value):
    """Something from a library that is not an AWS SDK."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal(Value):
    """A constant."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Session(Value):
    """A session of boto3, aioboto3, botocore or aiobotocore."""


@dataclass(frozen=True, slots=True)
class Factory(Value):
    """A function that creates clients (`kind` is `client`) or resources.

    It belongs to the SDK (`is_sdk`) or to something unknown, for which only known services count.
    """

    kind: str
    certain: bool = True
    is_sdk: bool = False


@dataclass(frozen=True, slots=True)
class Client(Value):
    """A client. The service is empty if unknown."""

    service: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Resource(Value):
    """A boto3 resource; `type` is empty for the service resource itself."""

    service: str
    type: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Meta(Value):
    """`client.meta` or `resource.meta`."""

    client: Client


@dataclass(frozen=True, slots=True)
class Exceptions(Value):
    """`client.exceptions`."""

    client: Client


@dataclass(frozen=True, slots=True)
class Method(Value):
    """A method of a client, by its Python name."""

    client: Client
    name: str


@dataclass(frozen=True, slots=True)
class ResourceMethod(Value):
    """A method or an attribute of a resource."""

    resource: Resource
    name: str


@dataclass(frozen=True, slots=True)
class CollectionMethod(Value):
    """`bucket.objects.filter`: a method of a collection of a resource."""

    collection: ResourceMethod


@dataclass(frozen=True, slots=True)
class PaginatorValue(Value):
    """A paginator, by its operation."""

    service: str
    operation: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Paginate(Value):
    """`paginator.paginate`."""

    paginator: PaginatorValue


@dataclass(frozen=True, slots=True)
class Pages(Value):
    """The result of `paginate()`: an iterable of responses."""

    paginator: PaginatorValue


@dataclass(frozen=True, slots=True)
class WaiterValue(Value):
    """A waiter."""

    service: str
    name: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Wait(Value):
    """`waiter.wait`."""

    waiter: WaiterValue


@dataclass(frozen=True, slots=True)
class Response(Value):
    """A response, or the value at a path in it."""

    service: str
    operation: str
    path: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Bound(Value):
    """A method of a response, a dict, a list or pages, such as `.items`."""

    owner: Value
    name: str


@dataclass(frozen=True, slots=True)
class Iterable(Value):
    """An iterable of the given values."""

    items: Values


@dataclass(frozen=True, slots=True)
class Pair(Value):
    """A tuple, position by position."""

    items: tuple[Values, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Dict(Value):
    """A dict of the scanned code."""

    term: Mapping
    context: Context


@dataclass(frozen=True, slots=True, eq=False)
class List(Value):
    """A list, tuple or set of the scanned code."""

    term: Sequence
    context: Context


@dataclass(frozen=True, slots=True)
class FunctionValue(Value):
    """A scanned function; `self_class` is the class of the object that it is bound to."""

    id: str
    self_class: str = ""
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class Instance(Value):
    """An object of a scanned class."""

    class_id: str


@dataclass(frozen=True, slots=True)
class ClassValue(Value):
    """A scanned class."""

    id: str


@dataclass(frozen=True, slots=True)
class ModuleValue(Value):
    """A scanned module."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Value):
    """`functools.partial(function, …)` with its arguments."""

    functions: Values
    positional: tuple[Term, ...]
    keywords: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class PackageVersion(Value):
    """The version of boto3 or botocore that the code runs with."""

    package: str


UNKNOWN = UnknownValue()
NOTHING_KNOWN: Values = (UNKNOWN,)
