"""Errors that no version of an API explains: credentials, permissions, networks, quotas, and answers of services.

    other_errors("An error occurred (AccessDenied) when calling the ListBuckets operation: …")

Services answer with thousands of error codes. The table has the usual ones, with wildcards for families of names; every
other code counts as an answer to a call that the service understood.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from docgen.history.explain.patterns import compile_pattern
from docgen.wording import matches_wildcards


class Cause(NamedTuple):
    """What an error is about.

    Attributes:
        sentence: What it is about, and what to do.
        names: Names of errors without `Error` or `Exception`, in lower case. `*` is a wildcard, for codes of services.
        words: Words of its messages, as a regular expression in which a blank is any white space.
        is_general: Whether the text may have another message that is more exact.
    """

    sentence: str
    names: str
    words: str = ""
    is_general: bool = False


class OtherError(NamedTuple):
    """An error in a text.

    Attributes:
        start: Where it begins.
        name: Its name, or the words of its message.
        cause: What it is about.
        operation: The operation that failed; empty if the text does not tell.
        is_certain: Whether the text has it as an error, and does not only mention it.
    """

    start: int
    name: str
    cause: Cause
    operation: str = ""
    is_certain: bool = True


_CAUSES = (
    Cause(
        "no credentials were found (run `aws configure`, or name a profile or a role)",
        "nocredentials noauthtoken credentialretrieval metadataretrieval unknowncredential",
        "Unable to locate (?:credentials|authorization token)",
    ),
    Cause(
        "the credentials are incomplete (give the key and the secret)",
        "partialcredentials",
        "Partial credentials found",
    ),
    Cause(
        "the credentials or the session have expired (log in again)",
        "expiredtoken expiredtokenid requestexpired tokenrefreshrequired unauthorizedssotoken ssotokenload "
        "tokenretrieval loginrefreshrequired logintokenload refreshwithmfaunsupported",
        "security token included in the request is expired|provided token has expired|SSO session associated with",
    ),
    Cause(
        "the service does not accept the credentials (check the key, the secret and the session token)",
        "invalidclienttokenid unrecognizedclient invalidaccesskeyid signaturedoesnotmatch authfailure invalidsignature "
        "incompletesignature missingauthenticationtoken invalidtoken invalididentitytoken optinrequired "
        "subscriptionrequired",
        "security token included in the request is invalid|Access Key Id you provided does not exist",
    ),
    Cause("the clock of this machine is wrong (set it)", "requesttimetooskewed requestinthefuture"),
    Cause(
        "the credentials lack a permission (check the policies of the caller, the resource and the account)",
        "accessdenied unauthorized unauthorizedoperation authorization* forbidden notauthorized 403 allaccessdisabled "
        "logininsufficientpermissions operationnotpermitted accessdenied* unauthorized* notauthorized*",
        "is not authorized to perform|Access ?Denied",
    ),
    Cause(
        "the profile is missing in the configuration of this machine (`aws configure list-profiles` lists all)",
        "profilenotfound",
        r"The config profile \([^()\n]{1,200}\) could not be found",
    ),
    Cause(
        "the configuration of this machine is wrong (the message says where)",
        "configparse confignotfound invalidconfig infiniteloopconfig invaliddefaultsmode invalidretrymode "
        "invalidretryconfiguration invalidmaxretryattempts invalidproxiesconfig invalidendpointconfiguration",
    ),
    Cause("no region is set (pass region_name, or set AWS_DEFAULT_REGION)", "noregion", "You must specify a region"),
    Cause(
        "the region is wrong (check its name, and whether it has the service or the bucket)",
        "invalidregion unknownregion unknownendpoint servicenotinregion unknownfipsendpoint endpointvariant "
        "permanentredirect authorizationheadermalformed illegallocationconstraint 301",
    ),
    Cause(
        "the endpoint cannot be reached (check the network, the proxy, and whether the region has the service)",
        "endpointconnection connection connectionclosed connecttimeout readtimeout proxyconnection httpclient "
        "responsestreaming incompleteread",
        "Could not connect to the endpoint URL|(?:Connect|Read) timeout on endpoint URL|Failed to connect to proxy URL",
    ),
    Cause("the TLS certificate is not trusted (check the proxy and AWS_CA_BUNDLE)", "ssl", "SSL validation failed"),
    Cause(
        "too many requests in a short time (retry later, or with another retry mode)",
        "throttling throttled toomanyrequests requestlimitexceeded requestthrottled slowdown bandwidthlimitexceeded "
        "429 provisionedthroughputexceeded priorrequestnotcomplete capacitynotavailable *throttl*",
        "Rate exceeded",
    ),
    Cause(
        "a quota of the account is reached (ask for a higher one, or use less)",
        "limitexceeded servicequotaexceeded *limitexceeded *quotaexceeded *toomany*",
    ),
    Cause(
        "something that the request names does not exist in this account and region",
        "resourcenotfound nosuchbucket nosuchkey nosuchentity 404 nosuch* *notfound *doesnotexist",
    ),
    Cause(
        "something that the request names exists already, is in use, or is in the wrong state",
        "conditionalcheckfailed resourceinuse entityalreadyexists dependencyviolation transactioncanceled "
        "transactionconflict operationaborted preconditionfailed 409 412 *conflict *alreadyexists *alreadyowned* "
        "*inuse *duplicate *invalidstate incorrectstate *notempty",
    ),
    Cause(
        "the service failed (retry later)",
        "internalerror internalfailure internalserver internalservice serviceunavailable requesttimeout 500 502 "
        "503 504 internal* *unavailable",
    ),
    Cause(
        "the endpoint does not know the operation (check the endpoint URL, the region, and what answers there)",
        "unknownoperation invalidaction notimplemented* unsupportedoperation* 405 501",
    ),
    Cause(
        "the service refuses a value of the request (its message says which)",
        "400 validation* invalid* malformed* missing* badrequest* serialization*",
        is_general=True,
    ),
    Cause("the data was damaged in transit (retry)", "checksum flexiblechecksum baddigest"),
    Cause("a Python package is missing (the message names it)", "missingdependency"),
    Cause(
        "a transfer to or from S3 failed (its message says why)",
        "s3uploadfailed s3transferfailed retriesexceeded",
        is_general=True,
    ),
    Cause(
        "what the waiter waits for failed or took too long (its message says which)",
        "waiter",
        r"Waiter \w{1,100} failed",
        is_general=True,
    ),
    Cause(
        "botocore refuses a parameter (give the lines that follow this one)",
        "paramvalidation",
        "Parameter validation failed",
        is_general=True,
    ),
)
MAX_MATCHES = 2_000
"""The most errors of one form that are looked at: a log may repeat one many thousand times."""

_ANSWER = Cause("the service answered the call with this error (its message says why)", "", is_general=True)

_ANSWERED = compile_pattern(
    r"An error occurred \((?P<name>[\w.\-]{1,100})\) when calling the (?P<of>\w{1,200}) operation"
)
_CODE = re.compile(r'(?:<Code>|"(?:[Cc]ode|errorCode|__type)": ?"(?:[\w.]{1,80}#)?)(?P<name>[\w.]{1,100})["<]')
_RAISED = re.compile(r"^[ \t]{0,20}(?:\w{1,60}\.){0,6}(?P<name>[A-Z]\w{2,80})(?=:|[ \t]{0,20}$)", re.MULTILINE)
"""The last line of a traceback, or the name of an error alone on a line."""

_MENTIONED = re.compile(r"(?<!except )(?<!\w)(?P<name>[A-Z]\w{2,80}(?:Error|Exception))\b")
_SUFFIX = re.compile(r"(?:exception|error|fault)$")


def other_errors(text: str, *, has_problems: bool) -> Iterator[OtherError]:
    """Find the errors that no version of an API explains, in text order, each cause once for each operation.

    Args:
        text: The plain text of an error message.
        has_problems: Whether the text has messages that a version may explain. Then general errors are left out, as
            they may be about those, and so is what is only mentioned.
    """
    found = [error for error in _errors(text) if not has_problems or (error.is_certain and not error.cause.is_general)]
    exact = [error for error in found if not error.cause.is_general]
    of_operations = {error.cause for error in found if error.operation}
    seen = set()
    for error in sorted(exact or found, key=lambda error: error.start):
        key = error.cause, error.operation
        if key not in seen and (error.operation or error.cause not in of_operations):
            seen.add(key)
            yield error


def _errors(text: str) -> Iterator[OtherError]:
    """Return the errors in every form, those of operations first."""
    for found in _first_matches(_ANSWERED, text):
        yield OtherError(found.start(), found["name"], cause_of(found["name"]), found["of"])
    for found in _first_matches(_CODE, text):
        yield OtherError(found.start(), found["name"], cause_of(found["name"]))
    words = text.split()
    if len(words) == 1 and (cause := _cause_with_name(words[0], with_wildcards=True)):
        yield OtherError(0, words[0], cause)
    for pattern in (_RAISED, _MENTIONED):
        for found in _first_matches(pattern, text):
            if cause := _cause_with_name(found["name"]):
                yield OtherError(found.start(), found["name"], cause, is_certain=pattern is _RAISED)
    for cause, pattern in _messages():
        for found in _first_matches(pattern, text):
            yield OtherError(found.start(), " ".join(found[0].split()), cause, is_certain=False)


def _first_matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return islice(pattern.finditer(text), MAX_MATCHES)


@lru_cache
def cause_of(code: str) -> Cause:
    """Return what an error code of a service is about."""
    return _cause_with_name(code, with_wildcards=True) or _ANSWER


def _cause_with_name(name: str, *, with_wildcards: bool = False) -> Cause | None:
    last = name.rpartition(".")[2]
    spellings = {_SUFFIX.sub("", each.lower()) for each in (name, last)} | {last.lower()}
    for cause in _CAUSES:
        names = cause.names.split()
        if not spellings.isdisjoint(names):
            return cause
        if with_wildcards and not (last.endswith("Error") and hasattr(builtins, last)):
            patterns = [each for each in names if "*" in each]
            if any(matches_wildcards(spelling, pattern) for pattern in patterns for spelling in spellings):
                return cause
    return None


@cache
def _messages() -> tuple[tuple[Cause, re.Pattern[str]], ...]:
    return tuple((cause, compile_pattern(cause.words)) for cause in _CAUSES if cause.words)
