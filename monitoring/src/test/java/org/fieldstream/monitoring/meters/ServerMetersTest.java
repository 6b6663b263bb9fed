package org.fieldstream.monitoring.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerMetersTest {
  private final Scraped scraped = new Scraped();
  private final FieldstreamMeters meters = scraped.meters;

  @Test
  void heldBytesAreTheMaximumOverOpenSubscriptions() {
    SubscriptionMeters a = meters.openSubscription();
    SubscriptionMeters b = meters.openSubscription();
    a.heldBytes(100);
    b.heldBytes(300);
    b.heldBytes(50);
    assertThat(value("active_subscriptions")).isEqualTo(2);
    assertThat(value("subscription_held_max_bytes")).isEqualTo(100);
    assertThat(value("subscription_held_peak_bytes")).isEqualTo(300);
    a.sent(1000);
    b.sent(24);
    assertThat(value("sent_bytes_total")).isEqualTo(1024);
    assertThatThrownBy(() -> b.sent(-1)).hasMessage("bytes: -1 (expected: >= 0)");
    a.close();
    a.close();
    assertThat(value("active_subscriptions")).isEqualTo(1);
    assertThat(value("subscription_held_max_bytes")).isEqualTo(50);
    b.close();
    assertThat(value("subscription_held_max_bytes")).isZero();
    assertThatThrownBy(() -> b.heldBytes(-1)).hasMessage("bytes: -1 (expected: >= 0)");
  }

  @Test
  void waitsCountFromTheirBeginningAlsoAcrossAClockThatWraps() {
    SubscriptionMeters a = meters.openSubscription();
    SubscriptionMeters b = meters.openSubscription();
    a.waitBegan();
    a.waitBegan();
    scraped.clock.advanceSeconds(3);
    assertThat(value("backpressure_waits_total")).isEqualTo(1);
    assertThat(value("backpressure_wait_seconds_total")).isEqualTo(3);
    b.waitBegan();
    scraped.clock.advanceSeconds(4);
    assertThat(value("backpressured_subscriptions")).isEqualTo(2);
    assertThat(value("backpressure_wait_seconds_total")).isEqualTo(11);
    a.waitEnded();
    a.waitEnded();
    scraped.clock.advanceSeconds(1);
    b.close();
    scraped.clock.advanceSeconds(100);
    b.waitBegan();
    assertThat(value("backpressured_subscriptions")).isZero();
    assertThat(value("backpressure_waits_total")).isEqualTo(2);
    assertThat(value("backpressure_wait_seconds_total")).isEqualTo(12);
  }

  @Test
  void aSubscriptionTellsWhatIsUnsentAndHowLongItWaits() {
    SubscriptionMeters a = meters.openSubscription();
    a.heldBytes(100);
    a.preparingBytes(70);
    assertThat(a.unsentBytes()).isEqualTo(30);
    a.heldBytes(20);
    assertThat(a.unsentBytes()).isZero();
    assertThat(a.waitingSeconds()).isZero();
    a.waitBegan();
    scraped.clock.advanceSeconds(5);
    assertThat(a.waitingSeconds()).isEqualTo(5);
    a.waitEnded();
    assertThat(a.waitingSeconds()).isZero();
  }

  @Test
  void aCallCountsOnceWithItsFirstStatus() {
    CallTimer call = meters.callStarted("s/Get");
    scraped.clock.advanceSeconds(30);
    call.end("CANCELLED");
    call.end("OK");
    String labels = "{method=\"s/Get\",status=\"CANCELLED\"}";
    assertThat(value("call_duration_seconds_count" + labels)).isEqualTo(1);
    assertThat(value("call_duration_seconds_sum" + labels)).isEqualTo(30);
    assertThat(
            value(
                "call_duration_seconds_bucket{method=\"s/Get\",status=\"CANCELLED\",le=\"10.0\"}"))
        .isZero();
    assertThat(
            value(
                "call_duration_seconds_bucket{method=\"s/Get\",status=\"CANCELLED\",le=\"60.0\"}"))
        .isEqualTo(1);
    assertThat(scraped.text()).doesNotContain("\"OK\"");
  }

  @Test
  void inventedMethodsAndStatusesShareOneName() {
    for (int i = 0; i < 300; i++) {
      meters.callStarted("invented" + i).end("status" + i);
      meters.device("device" + i).busy(1);
    }
    assertThat(scraped.samples())
        .filteredOn(line -> line.startsWith("fieldstream_call_duration_seconds_count"))
        .hasSizeLessThan(70);
    assertThat(value("call_duration_seconds_count{method=\"other\",status=\"other\"}"))
        .isEqualTo(300 - 64);
    assertThat(scraped.samples())
        .filteredOn(line -> line.startsWith("fieldstream_device_busy"))
        .hasSize(17);
    assertThatThrownBy(() -> meters.device("vector").busy(-1))
        .hasMessage("nanos: -1 (expected: >= 0)");
  }

  private double value(String name) {
    return scraped.value("fieldstream_" + name);
  }
}
