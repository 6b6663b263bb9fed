package org.fieldstream.monitoring.meters;

import static java.util.Objects.requireNonNull;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The text a Prometheus server reads. */
public final class PrometheusScrape {
  /** Content type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private PrometheusScrape() {}

  /**
   * All meters in the Prometheus text format 0.0.4, each with help and type.
   *
   * @param registry the registry to read; costs up to a few hundred microseconds for each
   *     observable of each model, so keep it off event loops
   */
  public static String text(PrometheusMeterRegistry registry) {
    return requireNonNull(registry, "registry").scrape(CONTENT_TYPE);
  }
}
