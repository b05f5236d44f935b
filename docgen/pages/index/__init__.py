"""Index pages: releases, services, months, severities, deprecations. They are made from small records."""
