/** A Python script that lists, inside the VPC, the DNS names of a resource configuration's databases. */
export function discoveryScript(resourceConfigurationArn: string): string {
  return `import boto3

CONFIGURATION = "${resourceConfigurationArn}"

ec2 = boto3.client("ec2", region_name=CONFIGURATION.split(":")[3])
endpoints = [
    endpoint["VpcEndpointId"]
    for page in ec2.get_paginator("describe_vpc_endpoints").paginate()
    for endpoint in page["VpcEndpoints"]
    if endpoint.get("ResourceConfigurationArn") == CONFIGURATION
]
for endpoint in endpoints:
    answer = ec2.describe_vpc_endpoint_associations(VpcEndpointIds=[endpoint])
    for association in answer["VpcEndpointAssociations"]:
        print(endpoint, association["DnsEntry"]["DnsName"])
`;
}

/** A Terraform fragment that creates the resource endpoint. */
export function terraformScript(resourceConfigurationArn: string): string {
  return `variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_ids" { type = list(string) }

resource "aws_vpc_endpoint" "redis_cloud" {
  vpc_endpoint_type          = "Resource"
  resource_configuration_arn = "${resourceConfigurationArn}"
  vpc_id                     = var.vpc_id
  subnet_ids                 = var.subnet_ids
  security_group_ids         = var.security_group_ids
  private_dns_enabled        = true
}
`;
}

/** A shell script that creates the interface endpoint of an endpoint service. */
export function createEndpointScript(serviceName: string, region: string): string {
  return `#!/bin/sh
# Usage: VPC_ID=... SUBNET_IDS="..." SECURITY_GROUP_IDS="..." sh create-endpoint.sh
aws ec2 create-vpc-endpoint \\
  --region ${region} \\
  --vpc-endpoint-type Interface \\
  --service-name ${serviceName} \\
  --vpc-id "$VPC_ID" \\
  --subnet-ids $SUBNET_IDS \\
  --security-group-ids $SECURITY_GROUP_IDS
`;
}
