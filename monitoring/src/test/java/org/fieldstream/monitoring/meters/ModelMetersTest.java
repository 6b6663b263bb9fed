package org.fieldstream.monitoring.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.AlarmKind;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.WeightedEstimate;
import org.junit.jupiter.api.Test;

class ModelMetersTest {
  private static final List<String> PHI2 = List.of("phi2");

  private final Scraped scraped = new Scraped();
  private final ModelMeters model = scraped.meters.model("m");
  private final SplittableRandom random = new SplittableRandom(4);

  @Test
  void aChainShowsItsGammaMethodEstimate() {
    ChainStatistics chain = model.openChain("t", 1, List.of("phi2", "abs_m"));
    double[] x = new double[2000];
    double state = 0;
    for (int i = 0; i < x.length; i++) {
      state = 0.8 * state + random.nextGaussian();
      x[i] = state;
      chain.state(i % 4 != 0, Double.NaN, 7, x[i]);
    }
    Estimate whole = new GammaMethod().mean(x);
    assertThat(series("observable_mean", "abs_m")).isCloseTo(whole.mean(), within(1e-9));
    assertThat(series("observable_error", "abs_m"))
        .isCloseTo(whole.error(), within(0.02 * whole.error()));
    assertThat(series("tau_int_configurations", "abs_m"))
        .isCloseTo(whole.tauInt(), within(0.02 * whole.tauInt()));
    assertThat(series("tau_int_error_configurations", "abs_m"))
        .isCloseTo(whole.tauIntError(), within(0.05 * whole.tauIntError()));
    assertThat(series("series_configurations", "abs_m")).isEqualTo(2000);
    assertThat(series("observable_mean", "phi2")).isCloseTo(7, within(1e-9));
    // A value that never changes tells nothing of its error.
    assertThat(series("observable_error", "phi2")).isNaN();
    assertThat(counter("proposals")).isEqualTo(2000);
    assertThat(counter("acceptances")).isEqualTo(1500);
    assertThat(value("ess_ratio")).isNaN();
  }

  @Test
  void theLongestOpenStreamIsShownThenTheLastClosed() {
    ChainStatistics first = model.openChain("t", 1, PHI2);
    ChainStatistics second = model.openChain("t", 1, PHI2);
    fill(first, 100, 1);
    fill(second, 50, 2);
    assertThat(series("observable_mean", "phi2")).isCloseTo(1, within(1e-9));
    fill(second, 100, 2);
    assertThat(series("observable_mean", "phi2")).isCloseTo(2, within(1e-9));
    second.close();
    assertThat(series("observable_mean", "phi2")).isCloseTo(1, within(1e-9));
    first.close();
    assertThat(series("observable_mean", "phi2")).isCloseTo(1, within(1e-9));
    assertThat(series("series_configurations", "phi2")).isEqualTo(100);
    // A stream too short for an error does not displace one that had it.
    ChainStatistics third = model.openChain("t", 1, PHI2);
    fill(third, 3, 3);
    third.close();
    third.close();
    assertThat(series("observable_mean", "phi2")).isCloseTo(1, within(1e-9));
    // A worker's last batch may come after the close: counted, nothing else.
    fill(third, 3, 3);
    assertThat(counter("configurations")).isEqualTo(100 + 150 + 6);
  }

  @Test
  void weightsArePooledOverStreamsOfOneEnsembleWhateverTheVerdict() {
    double[] logWeights = new double[400];
    ChainStatistics one = model.openChain("target", 1, List.of());
    ChainStatistics two = model.openChain("target", 1, List.of());
    for (int i = 0; i < logWeights.length; i++) {
      logWeights[i] = 0.5 * random.nextGaussian();
      (i % 2 == 0 ? one : two).state(logWeights[i] > 0, logWeights[i]);
    }
    assertThat(value("ess_ratio")).isCloseTo(EffectiveSampleSize.ratio(logWeights), within(1e-12));
    assertThat(value("log_weight_variance"))
        .isCloseTo(EffectiveSampleSize.logWeightVariance(logWeights), within(1e-12));
    assertThat(value("ess_draws")).isEqualTo(400);
    // Another target has another log Z: not mixed in, and shown from now on.
    model.openWeighted("other target", List.of()).draw(-3000);
    assertThat(value("ess_draws")).isEqualTo(1);
    // The first one is remembered.
    model.openProposals("target").proposal(0);
    assertThat(value("ess_draws")).isEqualTo(401);
  }

  @Test
  void weightedDrawsShowReweightedMeansAndUncorrectedOnesNone() {
    DrawStatistics draws = model.openWeighted("t", PHI2);
    double[] x = new double[3000];
    double[] logWeights = new double[3000];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextGaussian();
      logWeights[i] = 0.5 * x[i];
      draws.draw(logWeights[i], x[i]);
    }
    WeightedEstimate whole = new Reweighting(logWeights).mean(x);
    assertThat(series("observable_mean", "phi2")).isCloseTo(whole.mean(), within(1e-9));
    assertThat(series("observable_error", "phi2"))
        .isCloseTo(whole.error(), within(0.2 * whole.error()));
    assertThat(series("tau_int_configurations", "phi2")).isCloseTo(0.5, within(0.1));
    assertThat(counter("proposals")).isZero();

    DrawStatistics raw = model.openUncorrected("t", List.of("abs_m"));
    raw.draw(Double.NaN, 5);
    assertThat(raw.isFollowed()).isFalse();
    assertThat(counter("configurations")).isEqualTo(3001);
    assertThat(counter("nonfinite_configurations")).isZero();
    assertThat(scraped.text()).doesNotContain("abs_m");
  }

  @Test
  void interleavedChainsHaveTheTimeOfOneChain() {
    int chains = 5;
    double[] states = new double[chains];
    ChainStatistics stream = model.openChain("t", chains, PHI2);
    for (int i = 0; i < 50_000; i++) {
      int c = i % chains;
      // tau_int = (1 + 0.6) / (2 (1 - 0.6)) = 2
      states[c] = 0.6 * states[c] + random.nextGaussian();
      stream.state(true, Double.NaN, states[c]);
    }
    SeriesEstimate e = stream.estimate(0);
    assertThat(e.tauInt()).isCloseTo(2, within(4 * e.tauIntError()));
    assertThat(e.tauIntError()).isLessThan(0.1);
  }

  @Test
  void aValueThatIsNotFiniteEndsTheSeriesLoudly() {
    ChainStatistics chain = model.openChain("t", 1, PHI2);
    fill(chain, 20, 1);
    chain.state(true, Double.NaN, Double.POSITIVE_INFINITY);
    fill(chain, 20, 1);
    assertThat(series("observable_mean", "phi2")).isNaN();
    assertThat(counter("nonfinite_configurations")).isEqualTo(1);
    assertThat(counter("configurations")).isEqualTo(41);
    DrawStatistics draws = model.openWeighted("t", List.of());
    draws.draw(Double.NaN);
    draws.draw(Double.POSITIVE_INFINITY);
    draws.draw(Double.NEGATIVE_INFINITY);
    assertThat(counter("nonfinite_configurations")).isEqualTo(3);
  }

  @Test
  void followedStreamsAndObservablesAreBounded() {
    List<ChainStatistics> open = new ArrayList<>();
    for (int s = 0; s < ModelMeters.MAX_FOLLOWED + 3; s++) {
      open.add(model.openChain("t" + s, 1, PHI2));
    }
    assertThat(open).filteredOn(StreamStatistics::isFollowed).hasSize(ModelMeters.MAX_FOLLOWED);
    open.get(0).close();
    List<String> many = new ArrayList<>();
    for (int o = 0; o < 100; o++) {
      many.add("observable" + o);
    }
    ChainStatistics wide = model.openChain("t", 1, many);
    assertThat(wide.isFollowed()).isTrue();
    assertThat(scraped.samples())
        .filteredOn(line -> line.startsWith("fieldstream_observable_mean"))
        .hasSize(ModelMeters.MAX_OBSERVABLES);
  }

  @Test
  void modelsBeyondTheBoundShareOneName() {
    for (int i = 0; i < 200; i++) {
      scraped.meters.model("model" + i).openChain("t", 1, PHI2).state(true, 0, 1);
    }
    assertThat(scraped.samples())
        .filteredOn(line -> line.startsWith("fieldstream_configurations_total"))
        .hasSize(FieldstreamMeters.MAX_MODELS + 1);
    // 63 of 200 found room beside "m".
    assertThat(scraped.value("fieldstream_configurations_total{model=\"other\"}")).isEqualTo(137);
    assertThat(scraped.text()).doesNotContain("model=\"other\",observable");

    scraped.meters.removeModel("model0");
    assertThat(scraped.text()).doesNotContain("\"model0\"");
    scraped.meters.model("newcomer").openChain("t", 1, PHI2).state(true, 0, 1);
    assertThat(scraped.value("fieldstream_configurations_total{model=\"newcomer\"}")).isEqualTo(1);
  }

  @Test
  void aRemovedModelComesBackAfresh() {
    ChainStatistics old = model.openChain("t", 1, PHI2);
    fill(old, 10, 1);
    scraped.meters.removeModel("m");
    fill(old, 10, 1);
    assertThat(model.openChain("t", 1, PHI2).isFollowed()).isFalse();
    assertThat(scraped.text()).doesNotContain("\"m\"");
    fill(scraped.meters.model("m").openChain("t", 1, PHI2), 10, 2);
    assertThat(counter("configurations")).isEqualTo(10);
    assertThat(series("observable_mean", "phi2")).isCloseTo(2, within(1e-9));
  }

  @Test
  void scrapingWhileManyStreamsRecordLosesNothing() throws Exception {
    int streams = 4;
    int states = 20_000;
    ExecutorService threads = Executors.newFixedThreadPool(streams + 1);
    AtomicBoolean done = new AtomicBoolean();
    try {
      Future<Integer> scrapes =
          threads.submit(
              () -> {
                int n = 0;
                while (!done.get() || n == 0) {
                  assertThat(scraped.text()).contains("fieldstream_configurations_total");
                  n++;
                }
                return n;
              });
      List<Future<?>> writers = new ArrayList<>();
      for (int s = 0; s < streams; s++) {
        SplittableRandom own = new SplittableRandom(s);
        writers.add(
            threads.submit(
                () -> {
                  try (ChainStatistics chain = model.openChain("t", 1, PHI2)) {
                    for (int i = 0; i < states; i++) {
                      chain.state(i % 2 == 0, own.nextGaussian(), own.nextGaussian());
                    }
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      assertThat(scrapes.get()).isPositive();
    } finally {
      done.set(true);
      threads.shutdown();
    }
    assertThat(counter("configurations")).isEqualTo((double) streams * states);
    assertThat(counter("proposals")).isEqualTo((double) streams * states);
    assertThat(counter("acceptances")).isEqualTo(streams * states / 2.0);
    assertThat(value("ess_draws")).isEqualTo((double) streams * states);
    assertThat(series("series_configurations", "phi2")).isEqualTo(states);
  }

  @Test
  void alarmsAreThoseOfTheOpenStreamsOrOfTheLastClosed() {
    ChainStatistics frozen =
        model.openChain("t", 1, List.of("phi2", "m"), Map.of("m", Sectors.SIGNS));
    for (int i = 0; i < 3000; i++) {
      frozen.state(true, Double.NaN, random.nextGaussian(), 1 + 0.1 * random.nextGaussian());
    }
    assertThat(frozen.alarms()).extracting(Alarm::kind).containsExactly(AlarmKind.FROZEN);
    assertThat(alarm("frozen")).isEqualTo(1);
    assertThat(alarm("low_acceptance")).isZero();
    ChainStatistics collapsed = model.openChain("t", 1, List.of());
    for (int i = 0; i < 3000; i++) {
      collapsed.state(i % 50 == 0, 0);
    }
    assertThat(alarm("low_acceptance")).isEqualTo(1);
    frozen.close();
    assertThat(alarm("frozen")).isZero();
    collapsed.close();
    assertThat(alarm("low_acceptance")).isEqualTo(1);
    assertThat(model.openUncorrected("t", List.of()).alarms()).isEmpty();
    DrawStatistics heavy = model.openWeighted("t", List.of());
    for (int i = 0; i < 5000; i++) {
      heavy.draw(-2 * Math.log(1 - random.nextDouble()));
    }
    assertThat(alarm("low_acceptance")).isZero();
    assertThat(alarm("heavy_tailed_weights")).isEqualTo(1);
    assertThat(value("pareto_k")).isGreaterThan(0.7);
    // A broken series is told by its own counter.
    heavy.draw(Double.NaN);
    assertThat(heavy.alarms()).isEmpty();
    scraped.meters.removeModel("m");
    assertThat(scraped.text()).doesNotContain("fieldstream_alarm");
  }

  @Test
  void driftAndAgreementOfChainsAreShown() {
    ChainStatistics chains = model.openChain("t", 4, PHI2);
    for (int i = 0; i < 4000; i++) {
      double shift = i % 4 == 3 ? 2 : 0;
      chains.state(true, Double.NaN, random.nextGaussian() + shift + (i < 2000 ? 0.3 : 0));
    }
    assertThat(series("split_r_hat", "phi2")).isGreaterThan(1.2);
    assertThat(series("halves_drift_sigmas", "phi2")).isGreaterThan(4);
  }

  @Test
  void judgingALongStreamCostsLittle() {
    DrawStatistics draws = model.openWeighted("t", List.of());
    int looks = 0;
    List<Alarm> before = draws.alarms();
    for (int i = 0; i < 200_000; i++) {
      draws.draw(-2 * Math.log(1 - random.nextDouble()));
      List<Alarm> now = draws.alarms();
      looks += now.equals(before) ? 0 : 1;
      before = now;
    }
    // Each look says over how many draws: some 40 from the 2048th draw on, not one for each draw.
    assertThat(looks).isBetween(20, 60);
  }

  @Test
  void badCallsAreNamed() {
    assertThatThrownBy(() -> model.openChain("t", 0, PHI2))
        .hasMessage("chains: 0 (expected: >= 1)");
    assertThatThrownBy(() -> model.openChain("t", 1, PHI2).state(true, 0, 1, 2))
        .hasMessage("values: 2 (expected: 1, one per observable)");
    assertThatThrownBy(() -> model.openProposals("t").verdicts(3, 4))
        .hasMessage("accepted: 4 (expected: 0 to 3, the number proposed)");
    assertThatThrownBy(() -> model.openChain("t", 1, PHI2).estimate(1))
        .hasMessage("observable: 1 (expected: 0 to 0)");
  }

  private static void fill(ChainStatistics chain, int states, double value) {
    for (int i = 0; i < states; i++) {
      // Up and down, with the mean exact for an even number: a constant has no error.
      chain.state(true, Double.NaN, value + (i % 2 == 0 ? 0.25 : -0.25));
    }
  }

  private double counter(String name) {
    return value(name + "_total");
  }

  private double value(String name) {
    return scraped.value("fieldstream_" + name + "{model=\"m\"}");
  }

  private double alarm(String label) {
    return scraped.value("fieldstream_alarm{alarm=\"" + label + "\",model=\"m\"}");
  }

  private double series(String name, String observable) {
    return scraped.value("fieldstream_" + name + "{model=\"m\",observable=\"" + observable + "\"}");
  }
}
