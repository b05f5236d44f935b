"""The SDK names of services, derived from the `sdkId`.

It is the `sdkId` in lower case with hyphens for spaces. botocore's folders follow this rule but for the services
listed here, and no rule gives those: so that a service has one name in both formats, they are a table.
"""

from __future__ import annotations

_EXCEPTIONS = {
    "api-gateway": "apigateway",
    "app-mesh": "appmesh",
    "application-auto-scaling": "application-autoscaling",
    "application-discovery-service": "discovery",
    "auto-scaling": "autoscaling",
    "auto-scaling-plans": "autoscaling-plans",
    "cloudhsm-v2": "cloudhsmv2",
    "cloudsearch-domain": "cloudsearchdomain",
    "cloudwatch-logs": "logs",
    "cognito-identity-provider": "cognito-idp",
    "config-service": "config",
    "cost-and-usage-report-service": "cur",
    "cost-explorer": "ce",
    "data-pipeline": "datapipeline",
    "database-migration-service": "dms",
    "device-farm": "devicefarm",
    "direct-connect": "directconnect",
    "directory-service": "ds",
    "directory-service-data": "ds-data",
    "dynamodb-streams": "dynamodbstreams",
    "elastic-beanstalk": "elasticbeanstalk",
    "elastic-load-balancing": "elb",
    "elastic-load-balancing-v2": "elbv2",
    "elastic-transcoder": "elastictranscoder",
    "elasticsearch-service": "es",
    "eventbridge": "events",
    "global-accelerator": "globalaccelerator",
    "iot-data-plane": "iot-data",
    "iot-events": "iotevents",
    "iot-events-data": "iotevents-data",
    "iot-jobs-data-plane": "iot-jobs-data",
    "iot-wireless": "iotwireless",
    "kinesis-analytics": "kinesisanalytics",
    "kinesis-analytics-v2": "kinesisanalyticsv2",
    "kinesis-video": "kinesisvideo",
    "lex-model-building-service": "lex-models",
    "lex-models-v2": "lexv2-models",
    "lex-runtime-service": "lex-runtime",
    "lex-runtime-v2": "lexv2-runtime",
    "machine-learning": "machinelearning",
    "marketplace-commerce-analytics": "marketplacecommerceanalytics",
    "marketplace-entitlement-service": "marketplace-entitlement",
    "marketplace-metering": "meteringmarketplace",
    "migration-hub": "mgh",
    "pinpoint-sms-voice": "sms-voice",
    "resource-groups-tagging-api": "resourcegroupstaggingapi",
    "route-53": "route53",
    "route-53-domains": "route53domains",
    "s3-control": "s3control",
    "secrets-manager": "secretsmanager",
    "serverlessapplicationrepository": "serverlessrepo",
    "service-catalog": "servicecatalog",
    "service-catalog-appregistry": "servicecatalog-appregistry",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
    "storage-gateway": "storagegateway",
}


def service_name(sdk_id: str) -> str:
    """Return the SDK name of a service: `apigateway` for `API Gateway` or its folder `api-gateway`."""
    name = sdk_id.lower().replace(" ", "-")
    return _EXCEPTIONS.get(name, name)
