#!/usr/bin/env bash
# The Helm chart of Berth: lint finds nothing, what it renders is what Kubernetes takes, values that
# make no sense are refused, and Berth serves its own chart.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
need helm kubernetes-validate
chart=$root/packaging/helm/berth

run helm lint --strict "$chart"
same "$(sed -nE 's/^appVersion: //p' "$chart/Chart.yaml")" \
    "$("$BERTH" version -o name)" "version of the chart and of berth"

everything=(--set 'ingress.enabled=true,ingress.hosts={registry.example},ingress.className=nginx'
    --set-json 'ingress.tls=[{"secretName":"tls","hosts":["registry.example"]}]'
    --set networkPolicy.enabled=true,podDisruptionBudget.enabled=true
    --set-json 'networkPolicy.from=[{"namespaceSelector":{}}]'
    --set-json 'networkPolicy.egress=[{"ports":[{"port":53,"protocol":"UDP"}]}]'
    --set tls.existingSecret=tls,admin.existingSecret=admin,persistence.storageClass=fast
    --set-json 'config={"log":{"level":"debug"}}' --set 'extraArgs={-v}'
    --set-json 'extraEnv=[{"name":"BERTH_LOG__LEVEL","value":"warn"}]'
    --set-json 'tolerations=[{"operator":"Exists"}]' --set 'imagePullSecrets[0].name=pull')

render() { # HELM_FLAG…: what the server would take, into $work/rendered.yaml
    run helm template release "$chart" --namespace registries "$@"
    cp "$out" "$work/rendered.yaml"
    run kubernetes-validate --kubernetes-version 1.31 --strict "$work/rendered.yaml"
}
render
grep -q 'kind: StatefulSet' "$work/rendered.yaml" || fail "there is no StatefulSet"
render "${everything[@]}"
for kind in Ingress NetworkPolicy PodDisruptionBudget StatefulSet Service; do
    grep -q "^kind: $kind$" "$work/rendered.yaml" || fail "there is no $kind"
done
grep -q "port: 53$" "$work/rendered.yaml" || fail "the egress rules are not in the policy"
render --set networkPolicy.enabled=true
grep -A1 "^  egress:" "$work/rendered.yaml" | grep -qF -- "- {}" ||
    fail "a policy as it is keeps Berth from its registries"
render --set persistence.enabled=false
render --set persistence.existingClaim=mine,service.type=NodePort,service.nodePort=30080
render --set image.digest="sha256:$(printf 'a%.0s' {1..64})",serviceAccount.create=false
run helm template release "$chart" --set serviceMonitor.enabled=true \
    --set serviceMonitor.basicAuthSecret=metrics --show-only templates/servicemonitor.yaml
stdout_has "kind: ServiceMonitor"
# The configuration that it renders is one that berth takes.
helm template release "$chart" "${everything[@]}" --show-only templates/configmap.yaml |
    sed -n '/berth.yaml: |/,$p' | sed '1d; s/^    //' >"$work/berth.yaml"
berth config check "$work/berth.yaml"

# refuses TEXT HELM_FLAG…
refuses() {
    local text=$1
    shift
    expect 1 helm template release "$chart" "$@"
    stderr_has "$text"
}
refuses "persistance" --set persistance.enabled=true
refuses "pullPolicy" --set image.pullPolicy=Sometimes
refuses "port" --set service.port=0
refuses "ingress.hosts" --set ingress.enabled=true

serve_berth registry
echo "$berth_password" |
    helm registry login --plain-http -u admin --password-stdin "$berth_address" 2>/dev/null
mkdir "$work/pulled"
run helm package --destination "$work" "$chart"
package=$(echo "$work"/berth-*.tgz)
run helm push --plain-http "$package" "oci://$berth_address/charts"
run helm pull --plain-http "oci://$berth_address/charts/berth" -d "$work/pulled"
cmp "$package" "$work/pulled/$(basename "$package")"
run helm template release --plain-http "oci://$berth_address/charts/berth"
stdout_has "kind: StatefulSet"
