package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7420, 127.0.0.1, 7420",
    "lattice.example.org:9, lattice.example.org, 9",
    "lattice.example.org, lattice.example.org, 7420",
    ":8000, 127.0.0.1, 8000",
    "[::1]:7000, ::1, 7000",
    "[::1], ::1, 7420"
  })
  void serverAddressesAreRead(String text, String host, int port) {
    ClientOptions options = ClientOptions.parse(text);
    assertThat(options.host()).isEqualTo(host);
    assertThat(options.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host:port", "host:0", "host:65536", "host:", "::1", "http://host:80", "a:b:1"})
  void otherAddressesAreRefused(String text) {
    assertThatThrownBy(() -> ClientOptions.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("server: " + text + " (expected: host:port, for example 127.0.0.1:7420)");
  }

  @Test
  void waitsDoubleUpToTheirCapAndSpread() {
    RetryPolicy policy =
        new RetryPolicy(
            Duration.ofMillis(100), Duration.ofMillis(3000), Duration.ZERO, Duration.ZERO);
    SplittableRandom random = new SplittableRandom(1);
    long[] bounds = {100, 200, 400, 800, 1600, 3000, 3000, 3000};
    for (int failure = 1; failure <= bounds.length; failure++) {
      long least = Long.MAX_VALUE;
      long most = 0;
      for (int i = 0; i < 1000; i++) {
        long wait = policy.delayMillis(failure, random);
        least = Math.min(least, wait);
        most = Math.max(most, wait);
      }
      long bound = bounds[failure - 1];
      assertThat(least).isBetween(bound / 2, bound / 2 + bound / 20);
      assertThat(most).isBetween(bound - bound / 20, bound);
    }
    assertThat(policy.delayMillis(1_000_000, random)).isLessThanOrEqualTo(3000);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(
            () -> new RetryPolicy(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .hasMessage("initialDelay: PT0S (expected: > 0)");
    assertThatThrownBy(
            () ->
                new RetryPolicy(
                    Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO))
        .hasMessageContaining("maxDelay: PT1S");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.withGiveUpAfter(Duration.ofSeconds(-1)))
        .hasMessageContaining("giveUpAfter");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.withFirstContact(Duration.ofSeconds(-1)))
        .hasMessageContaining("firstContact");
    assertThatThrownBy(() -> ClientOptions.of("", 1)).hasMessageContaining("host: empty");
    assertThatThrownBy(() -> ClientOptions.of("h", 1).withMaxMessageBytes(0))
        .hasMessageContaining("maxMessageBytes: 0");
    assertThatThrownBy(() -> new ResumePoint(com.google.protobuf.ByteString.EMPTY, 3))
        .hasMessageContaining("token: empty");
    assertThatThrownBy(() -> new ResumePoint(com.google.protobuf.ByteString.EMPTY, -1))
        .hasMessageContaining("nextIndex: -1");
  }

  @Test
  void detailsThatCannotBeReadExplainNothing() {
    assertThat(StatusDetails.fieldAtFault(null)).isNull();
    assertThat(StatusDetails.fieldAtFault("not base64!")).isNull();
    assertThat(StatusDetails.fieldAtFault("AAAA")).isNull();
    assertThat(StatusDetails.decoded("100%25 + 5%")).isEqualTo("100% + 5%");
    assertThat(StatusDetails.decoded("%E2%82%AC%zz%4")).isEqualTo("€%zz%4");
  }
}
