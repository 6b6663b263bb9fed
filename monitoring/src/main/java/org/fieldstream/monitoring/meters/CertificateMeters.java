package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of the last certificate of an ensemble or a stream. Thread-safe. */
public final class CertificateMeters {
  private volatile double sigmas = Double.NaN;
  private volatile double passed = Double.NaN;

  CertificateMeters(MeterRegistry registry, String subject) {
    Gauge.builder("fieldstream.certificate.sigmas", this, m -> m.sigmas)
        .description(
            "Significance of the last certificate's worst test, all tests taken into account.")
        .tag("subject", subject)
        .strongReference(true)
        .register(registry);
    Gauge.builder("fieldstream.certificate.passed", this, m -> m.passed)
        .description("1 where the last certificate passed, 0 where it was refused or undecided.")
        .tag("subject", subject)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Notes a certificate.
   *
   * @param significance in standard deviations, at least 0
   */
  public void found(double significance, boolean hasPassed) {
    sigmas = significance;
    passed = hasPassed ? 1 : 0;
  }
}
