#!/usr/bin/env python3
"""Proves the emulator by a client that we did not write: botocore signs, sends, pages and reads.
What AWS refuses must be refused with AWS's own type. Only then does it say anything that our own
client passes. Exits with 77 where botocore, node or the signer for node is missing."""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

try:
    import botocore.session
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import ClientError
except ImportError:
    print("SKIPPED: botocore is not installed (apt-get install python3-botocore)")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
READER = ("AKIAREADER0000000000", "reader/secret+key")
NOBODY = ("AKIANOBODY0000000000", "nobody/secret+key")
BOUND = ("AKIABOUND00000000000", "bound/secret+key")
ROLE = "arn:aws:iam::123456789012:role/puller"
failures = []


if shutil.which("node") is None:
    print("SKIPPED: node is not installed")
    sys.exit(77)


def check(name, good, seen=""):
    print(("ok       " if good else "FAILED   ") + name + ("" if good else f": {seen}"))
    if not good:
        failures.append(name)


class Emulator:
    def __enter__(self):
        self.process = subprocess.Popen(
            ["node", HERE / "emulator/server.cjs", HERE / "emulator/world.json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            why = self.process.stderr.read()
            if "Cannot find module '@" in why:
                print("SKIPPED: @smithy/signature-v4 is not installed; NODE_PATH names its folder")
                sys.exit(77)
            sys.exit(f"the emulator did not start: {why}")
        self.url = line.split()[1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def control(self, change=None):
        data = None if change is None else json.dumps(change).encode()
        with urllib.request.urlopen(self.url + "/_emulator", data) as answer:
            return json.load(answer)

    def client(self, service, keys, region="eu-west-1", token=None):
        return botocore.session.Session().create_client(
            service, region_name=region, endpoint_url=self.url, aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1], aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}))

    def send(self, headers, body, keys=READER, sign_first=True, when=None):
        """A request with one thing wrong: signed by botocore, changed afterwards by `headers`."""
        request = AWSRequest("POST", self.url + "/", data=body, headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories"})
        if sign_first:
            SigV4Auth(Credentials(*keys), "ecr", "eu-west-1").add_auth(request)
        fields = dict(request.headers.items()) | headers
        sent = urllib.request.Request(self.url + "/", body.encode(), {
            name: value for name, value in fields.items() if value is not None})
        try:
            with urllib.request.urlopen(sent) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)


def refused(name, code, act, text=""):
    try:
        act()
        check(name, False, "accepted")
    except ClientError as error:
        seen = error.response["Error"]
        check(name, seen["Code"] == code and text in seen["Message"], seen)


def identities(aws):
    sts = aws.client("sts", READER)
    caller = sts.get_caller_identity()
    check("GetCallerIdentity", caller["Arn"].endswith(":user/reader"), caller)
    assume = dict(RoleArn=ROLE, RoleSessionName="berth", ExternalId="tenant-1")
    keys = sts.assume_role(**assume)["Credentials"]
    session = (keys["AccessKeyId"], keys["SecretAccessKey"])
    check("a session's life is an hour", 3500 < (keys["Expiration"] - datetime.datetime.now(
        datetime.timezone.utc)).total_seconds() <= 3600, keys["Expiration"])
    inside = aws.client("sts", session, token=keys["SessionToken"])
    arn = inside.get_caller_identity()["Arn"]
    check("the session is the role's", arn.endswith(":assumed-role/puller/berth"), arn)
    refused("a session without its token", "InvalidClientTokenId",
            aws.client("sts", session).get_caller_identity)
    refused("a wrong external id", "AccessDenied",
            lambda: sts.assume_role(**assume | {"ExternalId": "other"}), "sts:AssumeRole")
    refused("no external id", "AccessDenied",
            lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="berth"))
    refused("a role that is not there", "AccessDenied",
            lambda: sts.assume_role(**assume | {"RoleArn": ROLE + "x"}))
    refused("a source without the right", "AccessDenied",
            lambda: aws.client("sts", NOBODY).assume_role(**assume))
    chain = dict(RoleArn="arn:aws:iam::123456789012:role/chained", RoleSessionName="next")
    refused("a chain of more than an hour", "ValidationError",
            lambda: inside.assume_role(**chain, DurationSeconds=3601), "role chaining")
    check("a chain of an hour", "Credentials" in inside.assume_role(**chain))
    web = dict(RoleArn=ROLE, RoleSessionName="web")
    check("web identity", "Credentials" in sts.assume_role_with_web_identity(
        **web, WebIdentityToken="header.payload.signature"))
    refused("a wrong web token", "InvalidIdentityToken",
            lambda: sts.assume_role_with_web_identity(**web, WebIdentityToken="header.x.y"))
    refused("an unknown key", "InvalidClientTokenId",
            aws.client("sts", ("AKIAUNKNOWN000000000", "x")).get_caller_identity)
    refused("a wrong secret", "SignatureDoesNotMatch",
            aws.client("sts", (READER[0], "wrong")).get_caller_identity)
    aws.control({"offset": 4000})
    refused("an ended session", "ExpiredToken", lambda: expired(aws, session, keys))
    aws.control({"offset": 0})


def expired(aws, session, keys):
    """botocore cannot be told the time, so the request is signed by hand, for the later clock."""
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4000)
    request = AWSRequest("POST", aws.url + "/", data="Action=GetCallerIdentity&Version=2011-06-15",
                         headers={"Content-Type": "application/x-www-form-urlencoded"})
    request.context["timestamp"] = later.strftime("%Y%m%dT%H%M%SZ")
    signer = SigV4Auth(Credentials(*session, keys["SessionToken"]), "sts", "eu-west-1")
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))
    sent = urllib.request.Request(aws.url + "/", request.body, dict(request.headers.items()))
    try:
        urllib.request.urlopen(sent)
    except urllib.error.HTTPError as error:
        body = error.read().decode()
        code = body.split("<Code>")[1].split("</Code>")[0]
        raise ClientError({"Error": {"Code": code, "Message": body}}, "GetCallerIdentity") from None


def repositories(aws):
    ecr = aws.client("ecr", READER)
    token = ecr.get_authorization_token()["authorizationData"][0]
    check("a token of half a day", token["authorizationToken"] and 43000 < (
        token["expiresAt"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() <= 43201)
    pages = list(ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2}))
    names = [each["repositoryName"] for page in pages for each in page["repositories"]]
    check("pages", len(pages) == 2 and names == ["team/app", "team/chart", "team/secret"], names)
    refused("a page too large", "InvalidParameterException",
            lambda: ecr.describe_repositories(maxResults=1001))
    rows = ecr.list_images(repositoryName="team/app")["imageIds"]
    check("a row for each tag", [row.get("imageTag") for row in rows] == ["v1", "latest", None], rows)
    images = ecr.describe_images(repositoryName="team/app")["imageDetails"]
    check("no tags, no member", "imageTags" not in images[1], images)
    check("replication rules", ecr.describe_registry()["replicationConfiguration"]["rules"])
    status = ecr.describe_image_replication_status(
        repositoryName="team/app", imageId={"imageTag": "v1"})["replicationStatuses"]
    check("replication status", status[0]["status"] == "COMPLETE", status)
    check("lifecycle policy", ecr.get_lifecycle_policy(repositoryName="team/app")["lifecyclePolicyText"])
    refused("no lifecycle policy", "LifecyclePolicyNotFoundException",
            lambda: ecr.get_lifecycle_policy(repositoryName="team/chart"))
    scan = ecr.describe_image_scan_findings(repositoryName="team/app", imageId={"imageTag": "v1"})
    check("findings of a scan", scan["imageScanStatus"]["status"] == "COMPLETE"
          and scan["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": 1, "LOW": 1}
          and scan["imageScanFindings"]["findings"][0]["name"] == "CVE-2026-0001", scan)
    refused("no scan", "ScanNotFoundException", lambda: ecr.describe_image_scan_findings(
        repositoryName="team/app", imageId={"imageDigest": images[1]["imageDigest"]}))
    labels = ecr.list_tags_for_resource(
        resourceArn="arn:aws:ecr:eu-west-1:123456789012:repository/team/app")["tags"]
    check("tags of a repository", labels == [{"Key": "team", "Value": "x"}], labels)
    refused("no repository", "RepositoryNotFoundException",
            lambda: ecr.list_images(repositoryName="absent"))
    check("another region is empty",
          aws.client("ecr", READER, "us-east-1").describe_repositories()["repositories"] == [])
    public = aws.client("ecr-public", READER, "us-east-1")
    check("ECR Public's token", public.get_authorization_token()["authorizationData"]["authorizationToken"])
    check("ECR Public's repositories", len(public.describe_repositories()["repositories"]) == 1)


def regions(aws):
    ecr = aws.client("ecr", READER)
    other = aws.client("ecr", READER, "eu-central-1")
    first = ecr.list_images(repositoryName="team/app")["imageIds"][0]["imageDigest"]
    named = ecr.describe_images(repositoryName="team/app", imageIds=[{"imageDigest": first}])
    check("an image by its digest", [image["imageDigest"] for image in named["imageDetails"]] == [first]
          and named["imageDetails"][0]["imagePushedAt"].timestamp() == 1700000000.25, named)
    refused("one image that is missing fails all", "ImageNotFoundException",
            lambda: ecr.describe_images(repositoryName="team/app", imageIds=[
                {"imageDigest": first}, {"imageTag": "absent"}]))
    rule = ecr.describe_registry()["replicationConfiguration"]["rules"][0]
    check("a rule's filters", rule["repositoryFilters"] == [
        {"filter": "team/", "filterType": "PREFIX_MATCH"}], rule)
    check("no rules where none were made",
          other.describe_registry()["replicationConfiguration"]["rules"] == [])
    status = dict(repositoryName="team/app", imageId={"imageTag": "v1"})
    place = {"region": "us-east-1", "registryId": "123456789012"}
    aws.control({"images": [{"region": "eu-west-1", "account": "123456789012", "repository": "team/app",
                             "tag": "v1", "replication": [place | {
                                 "status": "FAILED", "failureCode": "KMSException"}]}]})
    seen = ecr.describe_image_replication_status(**status)["replicationStatuses"]
    check("a replication that failed", seen == [place | {
        "status": "FAILED", "failureCode": "KMSException"}], seen)
    made = other.create_repository(
        repositoryName="team/app", imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True})["repository"]
    check("a repository that is made", made["imageTagMutability"] == "IMMUTABLE" and
          made["imageScanningConfiguration"]["scanOnPush"] and ".eu-central-1." in made["repositoryUri"], made)
    refused("a repository that is there", "RepositoryAlreadyExistsException",
            lambda: other.create_repository(repositoryName="team/app"))
    refused("a name that is none", "InvalidParameterException",
            lambda: other.create_repository(repositoryName="Team"))
    refused("making one without the right", "AccessDeniedException",
            lambda: aws.client("ecr", BOUND).create_repository(repositoryName="team/new"),
            "ecr:CreateRepository")
    refused("the status of another region's image", "ImageNotFoundException",
            lambda: other.describe_image_replication_status(**status))
    batch = ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageDigest": first}])
    check("a manifest that the store does not have",
          batch["images"] == [] and batch["failures"][0]["failureCode"] == "ImageNotFound", batch)
    aws.control({"off": ["eu-central-1"]})
    refused("a region that is off", "UnrecognizedClientException", other.describe_registry)
    aws.control({"off": []})


def refusals(aws):
    bound = aws.client("ecr", BOUND)
    refused("no policy", "AccessDeniedException", aws.client("ecr", NOBODY).describe_repositories,
            "no identity-based policy allows the ecr:DescribeRepositories action")
    refused("a boundary", "AccessDeniedException", bound.describe_repositories,
            "no permissions boundary allows")
    refused("an explicit deny", "AccessDeniedException",
            lambda: bound.list_images(repositoryName="team/secret"),
            "with an explicit deny in a service control policy")
    check("what the boundary allows", bound.list_images(repositoryName="team/app")["imageIds"])
    refused("ECR Public without the bearer right", "AccessDeniedException",
            aws.client("ecr-public", BOUND, "us-east-1").get_authorization_token,
            "sts:GetServiceBearerToken")
    refused("ECR Public elsewhere", "UnsupportedCommandException",
            aws.client("ecr-public", READER, "eu-west-1").describe_repositories)
    aws.control({"throttle": {"DescribeRepositories": 1}})
    reader = aws.client("ecr", READER)
    refused("one call too many", "ThrottlingException", reader.describe_repositories)
    check("and then it goes on", reader.describe_repositories()["repositories"])


def signatures(aws):
    good = aws.send({}, "{}")
    check("a request as signed", "repositories" in good, good)
    for name, headers in (("a changed field", {"X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.ListImages"}),
                          ("a field that is not signed", {"X-Amz-More": "1"}),
                          ("a date of last year", {"X-Amz-Date": "20240101T000000Z"})):
        check(name, aws.send(headers, "{}").get("__type") == "InvalidSignatureException")
    check("no signature", aws.send({"Authorization": None}, "{}").get("__type")
          == "MissingAuthenticationTokenException")
    check("half a signature", aws.send({"Authorization": "AWS4-HMAC-SHA256 Credential=x"}, "{}")
          .get("__type") == "IncompleteSignatureException")
    for offset, words in ((600, "Signature expired"), (-600, "Signature not yet current")):
        aws.control({"offset": offset})
        refused(f"a clock {offset} s apart", "InvalidSignatureException",
                aws.client("ecr", READER).describe_repositories, words)
        aws.control({"offset": 0})


def main():
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    with Emulator() as aws:
        for part in (identities, repositories, regions, refusals, signatures):
            part(aws)
        counts = aws.control()["counts"]
        check("calls are counted", counts["ecr GetAuthorizationToken"] == 1, counts)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
