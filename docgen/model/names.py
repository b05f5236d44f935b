"""The Python names of operations, and back again.

The rules are those of `botocore.xform_name`. Its table of exceptions grows with botocore; the newest table is used for
old releases too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from keyword import iskeyword

from docgen.model.customizations import method_aliases

_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s$")
_FIRST_CAP = re.compile(r"(.)([A-Z][a-z]+)")
_END_CAP = re.compile(r"([a-z0-9])([A-Z])")

# Brand spellings that botocore 1.44.5 lists by name, because its regular expressions would split them wrongly.
_BRAND_SPELLINGS = (
    ("CachediSCSI", "_cached_iscsi_"),
    ("StorediSCSI", "_stored_iscsi_"),
    ("HITsFor", "_hits_for_"),
    ("PartiQL", "_partiql_"),
    ("OAuth2", "_oauth2_"),
    ("WhatsApp", "_whatsapp_"),
    ("OTel", "_otel_"),
)
_BRANDED_OPERATIONS = frozenset(
    """
    CreateCachediSCSIVolume DescribeCachediSCSIVolumes DescribeStorediSCSIVolumes CreateStorediSCSIVolume
    ListHITsForQualificationType ExecutePartiQLStatement ExecutePartiQLTransaction ExecutePartiQLBatch
    CreateOAuth2Token CreateOAuth2TokenWithIAM IntrospectOAuth2TokenWithIAM RevokeOAuth2TokenWithIAM
    AssociateWhatsAppBusinessAccount CreateWhatsAppDataset CreateWhatsAppFlow CreateWhatsAppMessageTemplate
    CreateWhatsAppMessageTemplateFromLibrary CreateWhatsAppMessageTemplateMedia DeleteWhatsAppFlow
    DeleteWhatsAppMessageMedia DeleteWhatsAppMessageTemplate DeprecateWhatsAppFlow DisassociateWhatsAppBusinessAccount
    GetLinkedWhatsAppBusinessAccount GetLinkedWhatsAppBusinessAccountPhoneNumber GetOTelEnrichment
    GetWhatsAppBusinessPublicKey GetWhatsAppCallPermission GetWhatsAppFlow GetWhatsAppFlowPreview
    GetWhatsAppMessageMedia GetWhatsAppMessageTemplate ListLinkedWhatsAppBusinessAccounts ListWhatsAppFlowAssets
    ListWhatsAppFlows ListWhatsAppMessageTemplates ListWhatsAppTemplateLibrary PostWhatsAppMessageMedia
    PublishWhatsAppFlow PutWhatsAppBusinessPublicKey PutWhatsAppBusinessAccountEventDestinations
    SendWhatsAppConversionEvent SendWhatsAppMessage SendWhatsAppCallEvent StartOTelEnrichment StopOTelEnrichment
    UpdateOTelEnrichment UpdateWhatsAppFlow UpdateWhatsAppFlowAssets UpdateLinkedWhatsAppBusinessAccountPhoneNumber
    UpdateWhatsAppMessageTemplate
    """.split()
)


@lru_cache(maxsize=65536)
def method_name(operation: str) -> str:
    """Return the Python method of an operation: `CreateFleet` → `create_fleet` (`botocore.xform_name`)."""
    if "_" in operation:
        return operation
    if operation not in _BRANDED_OPERATIONS:
        return _snake_case(operation)
    name = operation
    for brand, spelling in _BRAND_SPELLINGS:
        name = name.replace(brand, spelling)
    return "_".join(_snake_case(part) for part in name.split("_") if part)


def client_call(method: str) -> str:
    """Return the Python code of a method of a client, without its arguments: `client.create_fleet`."""
    return f"client.{method}" if _is_python_name(method) else f"getattr(client, {method!r})"


def keyword_argument(name: str) -> tuple[str, str]:
    """Return the Python code before and after the value of a keyword argument: `Name=`, or `**{'from': ` and `}`."""
    return (f"{name}=", "") if _is_python_name(name) else (f"**{{{name!r}: ", "}")


def _is_python_name(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


def _snake_case(name: str) -> str:
    acronym = _PLURAL_ACRONYM.search(name)
    if acronym:
        name = f"{name[: acronym.start()]}_{acronym.group().lower()}"
    return _END_CAP.sub(r"\1_\2", _FIRST_CAP.sub(r"\1_\2", name)).lower()


def find_operation(name: str, operations: Iterable[str]) -> str | None:
    """Return the operation called `name` in the model, in Python or in the AWS CLI; None if there is none.

    Methods may have earlier names, which botocore still accepts.
    """
    known = list(operations)
    wanted = name.lower().replace("-", "_")
    if name in known:
        return name
    found = next((o for o in known if method_name(o) == name), None) or next(
        (o for o in known if wanted in (o.lower(), method_name(o).lower())), None
    )
    if found is not None or "_" not in name:
        return found
    alias = method_aliases().get(name)
    return next((o for o in known if alias and o in alias.operations), None)
