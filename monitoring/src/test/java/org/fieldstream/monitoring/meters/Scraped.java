package org.fieldstream.monitoring.meters;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** A registry on a fake clock, and its scrape taken apart. */
final class Scraped {
  final FakeClock clock = new FakeClock();
  final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
  final FieldstreamMeters meters = new FieldstreamMeters(registry);

  String text() {
    return PrometheusScrape.text(registry);
  }

  /** Lines that are not comments. */
  List<String> samples() {
    return text().lines().filter(line -> !line.startsWith("#")).toList();
  }

  /** Value of the sample with exactly this name and these labels. */
  double value(String sample) {
    return samples().stream()
        .filter(line -> line.startsWith(sample + " "))
        .map(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(sample + " not in\n" + text()));
  }
}
