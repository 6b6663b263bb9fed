package org.fieldstream.monitoring.dashboards;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.monitoring.dashboards.Dashboard.Query;

/** The dashboards that ship, by file name. */
final class Dashboards {
  private Dashboards() {}

  static Map<String, String> all() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("overview.json", overview().json());
    files.put("devices.json", devices().json());
    files.put("measurements.json", measurements().json());
    return files;
  }

  private static Dashboard overview() {
    return new Dashboard(
            "fieldstream-overview",
            "Fieldstream / Overview",
            "Streams, their rate, and whether they can be trusted.")
        .choice("model", "fieldstream_configurations_total")
        .stat(
            "Streams",
            "none",
            "Subscriptions that are open.",
            query("sum(fieldstream_active_subscriptions)", "streams"))
        .stat(
            "Configurations",
            "cps",
            "Configurations delivered per second, over five minutes.",
            query("sum(model:fieldstream_configurations:rate5m)", "configurations"))
        .stat(
            "Sent",
            "Bps",
            "Bytes of messages with configurations that the network took.",
            query("sum(rate(fieldstream_sent_bytes_total[1m]))", "bytes"))
        .warning(
            "Alarms",
            "Alarms that a stream of some model has now.",
            query("sum(model:fieldstream_alarm:max)", "alarms"))
        .states(
            "Alarms by model",
            "Red: not thermalised (halves differ by 5 sigma), frozen (fewer than 50 tau_int),"
                + " heavy-tailed weights (Pareto k above 0.7), acceptance below 10 %, ESS below 5 %.",
            query("model:fieldstream_alarm:max{model=~\"$model\"}", "{{model}} {{alarm}}"))
        .curves(
            "Configurations per second",
            "cps",
            "By model, over five minutes.",
            query("model:fieldstream_configurations:rate5m{model=~\"$model\"}", "{{model}}"))
        .curves(
            "Sent",
            "Bps",
            "By server.",
            query("rate(fieldstream_sent_bytes_total[1m])", "{{instance}}"))
        .curves(
            "Acceptance",
            "percentunit",
            "Accepted over judged proposals of the last five minutes.",
            query("model:fieldstream_acceptance:ratio_rate5m{model=~\"$model\"}", "{{model}}"))
        .curves(
            "Effective sample size",
            "percentunit",
            "ESS / N over all draws of the ensemble opened last.",
            query("fieldstream_ess_ratio{model=~\"$model\"}", "{{model}}"))
        .limited(
            "Pareto shape of the weights",
            "none",
            "k-hat of the largest weights; above 0.7 weighted means have no reliable error.",
            0.7,
            query("fieldstream_pareto_k{model=~\"$model\"}", "{{model}}"))
        .curves(
            "Integrated autocorrelation time",
            "none",
            "In configurations of one chain, of the longest open stream.",
            query(
                "fieldstream_tau_int_configurations{model=~\"$model\", observable=~\"m|abs_m|m2|phi2\"}",
                "{{model}} {{observable}}"))
        .curves(
            "Calls",
            "reqps",
            "Calls that ended, by method and status.",
            query(
                "sum by (method, status) (rate(fieldstream_call_duration_seconds_count[5m]))",
                "{{method}} {{status}}"))
        .curves(
            "Firing alerts",
            "none",
            "Alert rules that fire.",
            query(
                "sum by (alertname, model) (ALERTS{alertname=~\"Fieldstream.*\", alertstate=\"firing\"})",
                "{{alertname}} {{model}}"));
  }

  private static Dashboard devices() {
    return new Dashboard(
            "fieldstream-devices",
            "Fieldstream / Devices and clients",
            "What computes, and who keeps it waiting.")
        .stat(
            "Devices",
            "none",
            "Devices that computed.",
            query("count(fieldstream_device_busy_seconds_total)", "devices"))
        .stat(
            "Waiting streams",
            "none",
            "Subscriptions that wait for their client to read.",
            query("sum(fieldstream_backpressured_subscriptions)", "waiting"))
        .stat(
            "Held now",
            "bytes",
            "Bytes held for the client that is furthest behind.",
            query("max(fieldstream_subscription_held_max_bytes)", "held"))
        .stat(
            "Held at most",
            "bytes",
            "Most bytes held for any client since the start.",
            query("max(fieldstream_subscription_held_peak_bytes)", "held"))
        .curves(
            "Busy",
            "percentunit",
            "Share of its time that a device computes.",
            query("device:fieldstream_device_busy:ratio_rate5m", "{{instance}} {{device}}"))
        .curves(
            "Configurations per busy second",
            "none",
            "All models over all devices of a server.",
            query(
                "sum by (instance) (rate(fieldstream_configurations_total[5m]))"
                    + " / sum by (instance) (rate(fieldstream_device_busy_seconds_total[5m]))",
                "{{instance}}"))
        .curves(
            "Waiting for clients",
            "percentunit",
            "Share of their time that streams wait for their clients to read.",
            query(
                "rate(fieldstream_backpressure_wait_seconds_total[5m])"
                    + " / clamp_min(fieldstream_active_subscriptions, 1)",
                "{{instance}}"))
        .curves(
            "Waits",
            "ops",
            "Times a stream stopped to wait for its client.",
            query("rate(fieldstream_backpressure_waits_total[5m])", "{{instance}}"))
        .curves(
            "Bytes held",
            "bytes",
            "For the client that is furthest behind, now and at most.",
            query("fieldstream_subscription_held_max_bytes", "{{instance}} now"),
            query("fieldstream_subscription_held_peak_bytes", "{{instance}} at most"))
        .curves(
            "Faults",
            "percentunit",
            "Share of calls that ended in a fault of the server.",
            query("method:fieldstream_call_faults:ratio_rate5m", "{{method}}"))
        .curves(
            "Time of calls",
            "s",
            "Median and 99th percentile; subscriptions last as long as their clients want.",
            query(
                "histogram_quantile(0.5, sum by (le, method)"
                    + " (rate(fieldstream_call_duration_seconds_bucket[5m])))",
                "{{method}} p50"),
            query(
                "histogram_quantile(0.99, sum by (le, method)"
                    + " (rate(fieldstream_call_duration_seconds_bucket[5m])))",
                "{{method}} p99"))
        .curves(
            "Not finite",
            "ops",
            "Configurations with a measurement or log weight that is not finite.",
            query("rate(fieldstream_nonfinite_configurations_total[5m])", "{{model}}"));
  }

  private static Dashboard measurements() {
    String chosen = "{model=~\"$model\", observable=~\"$observable\"}";
    return new Dashboard(
            "fieldstream-measurements",
            "Fieldstream / Measurements",
            "Running means with their errors, of the longest open stream of each model.")
        .choice("model", "fieldstream_observable_mean")
        .choice("observable", "fieldstream_observable_mean")
        .curves(
            "Mean",
            "none",
            "With one standard deviation to either side, autocorrelations included.",
            query("fieldstream_observable_mean" + chosen, "{{model}} {{observable}}"),
            query(
                "fieldstream_observable_mean" + chosen + " + fieldstream_observable_error" + chosen,
                "{{model}} {{observable}} + error"),
            query(
                "fieldstream_observable_mean" + chosen + " - fieldstream_observable_error" + chosen,
                "{{model}} {{observable}} - error"))
        .curves(
            "Relative error",
            "percentunit",
            "One standard deviation over the mean.",
            query(
                "fieldstream_observable_error"
                    + chosen
                    + " / abs(fieldstream_observable_mean"
                    + chosen
                    + ")",
                "{{model}} {{observable}}"))
        .curves(
            "Integrated autocorrelation time",
            "none",
            "In configurations of one chain, with one standard deviation to either side.",
            query("fieldstream_tau_int_configurations" + chosen, "{{model}} {{observable}}"),
            query(
                "fieldstream_tau_int_configurations"
                    + chosen
                    + " + fieldstream_tau_int_error_configurations"
                    + chosen,
                "{{model}} {{observable}} + error"),
            query(
                "fieldstream_tau_int_configurations"
                    + chosen
                    + " - fieldstream_tau_int_error_configurations"
                    + chosen,
                "{{model}} {{observable}} - error"))
        .curves(
            "Independent configurations",
            "none",
            "What the series is worth, N / (2 tau_int).",
            query(
                "model_observable:fieldstream_effective_configurations:max" + chosen,
                "{{model}} {{observable}}"))
        .limited(
            "Drift",
            "none",
            "Difference of the halves of the series in standard deviations; beyond 5 it is not"
                + " thermalised.",
            5,
            query("abs(fieldstream_halves_drift_sigmas" + chosen + ")", "{{model}} {{observable}}"),
            query("model:fieldstream_halves_drift_sigmas:max_abs{model=~\"$model\"}", "{{model}}"))
        .limited(
            "Split R-hat",
            "none",
            "Over the chains of the series; above 1.1 they sit in different places.",
            1.1,
            query("fieldstream_split_r_hat" + chosen, "{{model}} {{observable}}"))
        .curves(
            "Length of the series",
            "none",
            "Configurations that the means come from.",
            query("fieldstream_series_configurations" + chosen, "{{model}} {{observable}}"))
        .curves(
            "Weights",
            "none",
            "Variance of the log weights (nats squared), and draws they come from.",
            query("fieldstream_log_weight_variance{model=~\"$model\"}", "{{model}} variance"),
            query("fieldstream_ess_draws{model=~\"$model\"}", "{{model}} draws"));
  }

  private static Query query(String expression, String legend) {
    return new Query(expression, legend);
  }
}
