{{- define "paddlewheel.labels" -}}
app.kubernetes.io/name: paddlewheel
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Selects the pods of one part: (list . "worker"). */}}
{{- define "paddlewheel.selector" -}}
app.kubernetes.io/name: paddlewheel
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "paddlewheel.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Where NATS is, and which queue: the same for worker and ingress. */}}
{{- define "paddlewheel.env" -}}
{{- $nats := .Values.nats -}}
nats_host: {{ $nats.enabled | ternary (printf "%s-nats.%s.svc" .Release.Name .Release.Namespace) $nats.host | quote }}
nats_port: {{ $nats.enabled | ternary 4222 $nats.port | quote }}
queue_name: {{ .Values.worker.queueName | quote }}
{{- end }}

{{- define "paddlewheel.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "paddlewheel.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
