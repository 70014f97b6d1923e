#!/usr/bin/env python3
"""Fills moto, somebody else's stand-in for AWS, by botocore: a repository with its settings, one image
with a scan, a role. Prints the image's digest.   moto_world.py URL"""
import json
import sys

import botocore.session

REGION = "eu-west-1"


def client(service):
    return botocore.session.Session().create_client(
        service, region_name=REGION, endpoint_url=sys.argv[1],
        aws_access_key_id="AKIAREADER0000000000", aws_secret_access_key="reader/secret+key")


ecr = client("ecr")
for name in ["team/app", "team/empty"]:
    ecr.create_repository(
        repositoryName=name, imageTagMutability="IMMUTABLE", tags=[{"Key": "team", "Value": "x"}],
        imageScanningConfiguration={"scanOnPush": True})
ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText=json.dumps({"rules": [{
    "rulePriority": 1, "action": {"type": "expire"},
    "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 9}}]}))
ecr.put_replication_configuration(replicationConfiguration={"rules": [{
    "destinations": [{"region": "us-east-1", "registryId": "123456789012"}],
    "repositoryFilters": [{"filter": "team/", "filterType": "PREFIX_MATCH"}]}]})
layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": 1024, "digest": "sha256:" + "b" * 64}
manifest = json.dumps({
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [layer],
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": "sha256:" + "c" * 64}})
for tag in ["v1", "latest"]:
    put = ecr.put_image(repositoryName="team/app", imageManifest=manifest, imageTag=tag)
ecr.start_image_scan(repositoryName="team/app", imageId={"imageTag": "v1"})
client("iam").create_role(RoleName="puller", AssumeRolePolicyDocument="{}")
print(put["image"]["imageId"]["imageDigest"])
