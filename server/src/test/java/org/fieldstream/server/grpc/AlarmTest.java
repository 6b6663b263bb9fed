package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.AlarmKind;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each alarm provoked by a stream that deserves it, in its messages and as a metric. */
final class AlarmTest {
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            new UniformDraws("good", List.of(2), 0.1, 256),
            // Log weights of 64 sites, spread over some twenty nats.
            new UniformDraws("bad", List.of(8, 8), 3, 256),
            new AutoregressiveChains("steady", 2, Exactness.METROPOLIS, time -> 0),
            new AutoregressiveChains(
                "drifting", 2, Exactness.METROPOLIS, time -> 3 * Math.exp(-time / 300)),
            new AutoregressiveChains("frozen", 2, Exactness.METROPOLIS, time -> 6));
    client = server.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void soundStreamsAreQuiet() {
    for (SubscribeResponse message : read("steady", 6000, Exactness.METROPOLIS)) {
      assertThat(message.getAlarmsList()).isEmpty();
    }
    for (Exactness exactness : List.of(Exactness.METROPOLIS, Exactness.REWEIGHT)) {
      for (SubscribeResponse message : read("good", 6000, exactness)) {
        assertThat(message.getAlarmsList()).isEmpty();
      }
    }
    for (var kind : org.fieldstream.monitoring.alarms.AlarmKind.values()) {
      assertThat(metric(kind.label(), "steady")).isZero();
      assertThat(metric(kind.label(), "good")).isZero();
    }
  }

  @Test
  void aChainThatStillRelaxesIsNotThermalised() {
    List<SubscribeResponse> messages = read("drifting", 6000, Exactness.METROPOLIS);
    assertThat(messages.get(0).getAlarmsList()).isEmpty();
    var alarm = alarms(messages).get(AlarmKind.ALARM_KIND_NOT_THERMALISED);
    assertThat(alarm.getValue()).isGreaterThan(alarm.getThreshold()).isGreaterThan(5);
    assertThat(alarm.getSentence()).containsPattern("^(m|phi2): first half .* is not thermalised");
    assertThat(metric("not_thermalised", "drifting")).isEqualTo(1);
  }

  @Test
  void aMagnetisationThatKeepsItsSignIsFrozen() {
    var alarms = alarms(read("frozen", 6000, Exactness.METROPOLIS));
    assertThat(alarms).containsOnlyKeys(AlarmKind.ALARM_KIND_FROZEN);
    var alarm = alarms.get(AlarmKind.ALARM_KIND_FROZEN);
    assertThat(alarm.getValue()).isZero();
    assertThat(alarm.getSentence()).startsWith("m: did not move");
    assertThat(metric("frozen", "frozen")).isEqualTo(1);
    assertThat(metric("not_thermalised", "frozen")).isZero();
  }

  @Test
  void aModelThatMissesItsTargetHasHeavyTailsFewEffectiveDrawsAndNoAcceptance() {
    var judged = alarms(read("bad", 6000, Exactness.METROPOLIS));
    assertThat(judged)
        .containsKeys(
            AlarmKind.ALARM_KIND_HEAVY_TAILED_WEIGHTS,
            AlarmKind.ALARM_KIND_LOW_ACCEPTANCE,
            AlarmKind.ALARM_KIND_LOW_EFFECTIVE_SAMPLE_SIZE);
    assertThat(judged.get(AlarmKind.ALARM_KIND_LOW_ACCEPTANCE).getValue()).isLessThan(0.1);
    assertThat(metric("low_acceptance", "bad")).isEqualTo(1);
    var weighted = alarms(read("bad", 6000, Exactness.REWEIGHT));
    assertThat(weighted)
        .containsOnlyKeys(
            AlarmKind.ALARM_KIND_HEAVY_TAILED_WEIGHTS,
            AlarmKind.ALARM_KIND_LOW_EFFECTIVE_SAMPLE_SIZE);
    assertThat(weighted.get(AlarmKind.ALARM_KIND_HEAVY_TAILED_WEIGHTS).getValue())
        .isGreaterThan(0.7);
    assertThat(metric("heavy_tailed_weights", "bad")).isEqualTo(1);
    assertThat(metric("low_effective_sample_size", "bad")).isEqualTo(1);
    // The last stream closed has none of it: the metric follows.
    assertThat(metric("low_acceptance", "bad")).isZero();
    // What is not corrected promises nothing.
    for (SubscribeResponse message : read("bad", 6000, Exactness.RAW)) {
      assertThat(message.getAlarmsList()).isEmpty();
    }
  }

  private static Map<AlarmKind, org.fieldstream.v1.Alarm> alarms(List<SubscribeResponse> messages) {
    List<org.fieldstream.v1.Alarm> last = messages.get(messages.size() - 1).getAlarmsList();
    for (org.fieldstream.v1.Alarm alarm : last) {
      assertThat(alarm.getSentence()).isNotBlank().hasSizeLessThanOrEqualTo(Alarm.MAX_SENTENCE);
    }
    return last.stream()
        .collect(java.util.stream.Collectors.toMap(org.fieldstream.v1.Alarm::getKind, a -> a));
  }

  private static List<SubscribeResponse> read(String model, int count, Exactness exactness) {
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder()
            .setModel(model)
            .setExactness(Requests.exactness(exactness))
            .setSeed(5)
            .setCount(count)
            .setBatchSize(500)
            .setOmitFields(true);
    if (!model.equals("good") && !model.equals("bad")) {
      request.setTarget(Target.newBuilder().setTheory("gauss").addExtents(2).putCouplings("g", 0));
    }
    Outcome<SubscribeResponse> outcome = client.collect(request.build());
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages();
  }

  private static double metric(String alarm, String model) {
    String labels = "fieldstream_alarm{alarm=\"" + alarm + "\",model=\"" + model + "\"} ";
    return new HttpGet(server.server().httpPort())
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(labels.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(labels + "is not scraped"));
  }
}
