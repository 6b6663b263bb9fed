package org.fieldstream.monitoring.alarms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmsTest {
  private final SplittableRandom random = new SplittableRandom(8);

  @ParameterizedTest
  @CsvSource({"0.5, 1", "5, 1", "50, 1", "5, 8"})
  void stationarySeriesAreQuietHoweverOftenOneLooks(double tauInt, int chains) {
    int series = 60;
    int crossed = 0;
    for (int s = 0; s < series; s++) {
      SeriesWatch watch = new SeriesWatch("m", chains, Sectors.NONE);
      double[] states = new double[chains];
      Arrays.setAll(states, c -> random.nextGaussian());
      boolean any = false;
      int look = 128;
      for (int i = 0; i < 1000 * tauInt * chains; i++) {
        states[i % chains] = step(states[i % chains], tauInt);
        watch.add(7 + states[i % chains]);
        if (i == look) {
          any |= !watch.alarms().isEmpty();
          look += look / 8;
        }
      }
      crossed += any ? 1 : 0;
    }
    // Expected: 0 to 3 %.
    assertThat(crossed).isLessThanOrEqualTo(5);
  }

  @Test
  void aChainThatRelaxesIsNotThermalisedUntilItHasForgotten() {
    SeriesWatch watch = new SeriesWatch("phi2", 1, Sectors.VALUES);
    double state = 0;
    for (int i = 0; i < 4000; i++) {
      state = step(state, 3);
      watch.add(state + 3 * Math.exp(-i / 600.0));
    }
    assertThat(watch.alarms()).hasSize(1);
    Alarm alarm = watch.alarms().get(0);
    assertThat(alarm.kind()).isEqualTo(AlarmKind.NOT_THERMALISED);
    assertThat(alarm.value()).isGreaterThan(5);
    assertThat(alarm.threshold()).isEqualTo(ThermalisationAlarm.SIGMAS);
    assertThat(alarm.sentence()).startsWith("phi2: first half ").contains("not thermalised");
    for (int i = 0; i < 400_000; i++) {
      state = step(state, 3);
      watch.add(state);
    }
    assertThat(watch.alarms()).isEmpty();
  }

  @Test
  void aMagnetisationThatKeepsItsSignIsFrozenThoughItFluctuates() {
    SeriesWatch signs = new SeriesWatch("m", 1, Sectors.SIGNS);
    SeriesWatch values = new SeriesWatch("m", 1, Sectors.VALUES);
    double[] m = new double[5000];
    double state = 0;
    for (int i = 0; i < m.length; i++) {
      state = step(state, 2);
      m[i] = 0.8 + 0.1 * state;
      signs.add(m[i]);
      values.add(m[i]);
      if (i == 900) {
        assertThat(signs.alarms()).isEmpty();
      }
    }
    assertThat(signs.alarms()).extracting(Alarm::kind).containsExactly(AlarmKind.FROZEN);
    assertThat(signs.alarms().get(0).value()).isZero();
    assertThat(signs.alarms().get(0).sentence()).startsWith("m: did not move in 5000 conf");
    assertThat(values.alarms()).isEmpty();
    assertThat(SeriesWatch.of("m", Sectors.SIGNS, m)).isEqualTo(signs.alarms());
  }

  @ParameterizedTest
  @CsvSource({"0.0005, true", "0.02, false"})
  void topologyIsFrozenWhereItMovesTooSeldomToKnowItsTime(double rate, boolean frozen) {
    int chains = 4;
    int length = 5000;
    SeriesWatch watch = new SeriesWatch("q", chains, Sectors.INTEGERS);
    double[][] replicas = new double[chains][length];
    int[] charge = new int[chains];
    for (int i = 0; i < length; i++) {
      for (int c = 0; c < chains; c++) {
        if (random.nextDouble() < rate) {
          charge[c] = random.nextInt(-3, 4);
        }
        replicas[c][i] = charge[c] + 0.1 * random.nextDouble();
        watch.add(replicas[c][i]);
      }
    }
    List<AlarmKind> kinds = watch.alarms().stream().map(Alarm::kind).toList();
    assertThat(kinds.contains(AlarmKind.FROZEN)).isEqualTo(frozen);
    List<AlarmKind> whole =
        SeriesWatch.of("q", Sectors.INTEGERS, replicas).stream().map(Alarm::kind).toList();
    assertThat(whole.contains(AlarmKind.FROZEN)).isEqualTo(frozen);
  }

  @Test
  void heavyTailsAndSmallSamplesAreTold() {
    WeightWatch watch = new WeightWatch();
    double[] logWeights = new double[20_000];
    for (int i = 0; i < logWeights.length; i++) {
      logWeights[i] = -1.4 * Math.log(1 - random.nextDouble());
      watch.add(logWeights[i]);
    }
    assertThat(watch.alarms())
        .extracting(Alarm::kind)
        .containsExactly(AlarmKind.HEAVY_TAILED_WEIGHTS, AlarmKind.LOW_EFFECTIVE_SAMPLE_SIZE);
    assertThat(watch.alarms().get(0).value()).isEqualTo(watch.kHat());
    assertThat(watch.alarms().get(1).value()).isEqualTo(watch.weights().essRatio());
    assertThat(WeightWatch.of(logWeights)).extracting(Alarm::kind).hasSize(2);
  }

  @Test
  void lightTailsAreQuietHoweverOftenOneLooks() {
    // Normal log weights of variance 1, ESS / N = exp(-1): every moment exists.
    for (int s = 0; s < 20; s++) {
      WeightWatch watch = new WeightWatch();
      for (int i = 1; i <= 50_000; i++) {
        watch.add(random.nextGaussian());
        if (i % 1000 == 0) {
          assertThat(watch.alarms()).as("series %d, draw %d", s, i).isEmpty();
        }
      }
    }
  }

  @Test
  void aCollapseShowsAfterALongGoodTimeAndGoesAway() {
    AcceptanceWatch watch = new AcceptanceWatch();
    assertThat(watch.recent()).isNaN();
    for (int i = 0; i < 100_000; i++) {
      watch.add(i % 2 == 0);
      assertThat(watch.alarm()).isEmpty();
    }
    assertThat(watch.recent()).isEqualTo(0.5);
    for (int i = 0; i < 2 * AcceptanceAlarm.MINIMUM_PROPOSALS; i++) {
      watch.add(i % 50 == 0);
    }
    Alarm alarm = watch.alarm().orElseThrow();
    assertThat(alarm.kind()).isEqualTo(AlarmKind.LOW_ACCEPTANCE);
    assertThat(alarm.value()).isBetween(0.01, 0.03);
    watch.add(2000, 1000);
    assertThat(watch.alarm()).isEmpty();
    assertThatThrownBy(() -> watch.add(3, 4))
        .hasMessage("accepted: 4 (expected: 0 to 3, the number judged)");
  }

  @Test
  void nothingIsSaidTooEarly() {
    assertThat(new SeriesWatch("m", 1, Sectors.SIGNS).alarms()).isEmpty();
    assertThat(new WeightWatch().alarms()).isEmpty();
    assertThat(new AcceptanceWatch().alarm()).isEmpty();
    assertThat(SeriesWatch.of("m", Sectors.SIGNS, new double[5])).isEmpty();
    assertThat(HeavyTailAlarm.of(3, 100)).isEmpty();
    assertThat(SampleSizeAlarm.of(0.001, 100)).isEmpty();
    assertThat(AcceptanceAlarm.of(0, 100)).isEmpty();
  }

  @Test
  void aSentenceIsBounded() {
    Alarm alarm = new Alarm(AlarmKind.FROZEN, "x".repeat(1000), 1, 2);
    assertThat(alarm.sentence()).hasSize(Alarm.MAX_SENTENCE);
    assertThat(Arrays.stream(AlarmKind.values()).map(AlarmKind::label)).doesNotHaveDuplicates();
  }

  private double step(double state, double tauInt) {
    double a = (2 * tauInt - 1) / (2 * tauInt + 1);
    return a * state + Math.sqrt(1 - a * a) * random.nextGaussian();
  }
}
