package org.fieldstream.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.session.MeteredStreams;
import org.fieldstream.server.session.NoiseChoice;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.session.SessionLimits;
import org.fieldstream.server.session.StreamMeter;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.session.StreamPlanner;
import org.fieldstream.server.session.StreamRequest;
import org.fieldstream.server.testing.FakeMachine;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.testing.UniformDraws;
import org.junit.jupiter.api.Test;

/** What is kept of a stream while somebody watches, and while nobody does. */
final class LiveStreamsTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(77);
  private final FieldstreamMeters meters = new FieldstreamMeters(new SimpleMeterRegistry());
  private final LiveStreams streams = new LiveStreams(new MeteredStreams(meters), now::get);
  private final SubscriptionMeters subscription = meters.openSubscription();

  private static StreamPlan plan() {
    return plan(0);
  }

  /** A stream that carries so many levels of noise. */
  private static StreamPlan plan(int levels) {
    UniformDraws model = new UniformDraws("u", List.of(2, 2), 0, 8);
    model.noise(IntStream.range(0, 21).mapToDouble(k -> 20 - k).toArray());
    NoiseChoice choice = levels == 0 ? null : new NoiseChoice(levels, List.of());
    return new StreamPlanner(
            () -> List.of(model),
            GaussTheory.CATALOG,
            SessionLimits.DEFAULTS,
            new Placement(MachineLineup.only(new FakeMachine())))
        .plan(
            new StreamRequest(
                "u",
                null,
                null,
                5,
                0,
                0,
                Precision.FLOAT32,
                List.of(),
                false,
                choice,
                new byte[0]));
  }

  /** Configuration i is constant i; its m is i, and every third is a rejection. */
  private static void deliver(StreamMeter stream, long from, long to) {
    for (long i = from; i < to; i++) {
      stream.field(i, new float[] {-1, i, i, i, i}, new float[0][], 1);
      stream.configuration(i % 3 != 0, -0.5, new double[] {(double) i * i, i});
    }
  }

  private StreamView only() {
    assertThat(streams.running()).isOne();
    return streams.views(9).get(0);
  }

  @Test
  void nothingIsKeptWhileNobodyWatches() {
    StreamMeter stream = streams.of(subscription).open(plan(), 1);
    deliver(stream, 0, 100);
    assertThat(streams.isWatched()).isFalse();
    streams.watch(true);
    StreamView view = only();
    assertThat(view.field()).isNull();
    assertThat(view.trace()).isEmpty();
    // Statistics are not the page's own: they are there for everybody who comes.
    assertThat(view.configurations()).isEqualTo(100);
    assertThat(view.accepted()).isEqualTo(66);
    assertThat(view.estimates().get(1).mean()).isCloseTo(49.5, within(1e-9));
    assertThat(view.essRatio()).isCloseTo(1, within(1e-12));
    assertThat(view.essDraws()).isEqualTo(100);
    deliver(stream, 100, 102);
    assertThat(only().field()).isNotNull();
    assertThat(only().trace()).isNotEmpty();
    streams.watch(false);
    deliver(stream, 102, 104);
    streams.watch(true);
    assertThat(only().trace()).isEmpty();
    assertThat(only().field()).isNull();
  }

  @Test
  void aLookTakesTheNextConfigurationAndNoMore() {
    StreamMeter stream = streams.of(subscription).open(plan(), 1);
    streams.watch(true);
    assertThat(only().field()).isNull();
    deliver(stream, 0, 50);
    FieldPicture first = only().field();
    assertThat(first).isNotNull();
    assertThat(first.index()).isZero();
    deliver(stream, 50, 90);
    FieldPicture second = only().field();
    assertThat(second).isNotNull();
    assertThat(second.index()).isEqualTo(50);
    assertThat(second.cells()).containsExactly(50, 50, 50, 50);
  }

  @Test
  void aLookTakesSomeLevelsOfTheSameConfiguration() {
    StreamMeter stream = streams.of(subscription).open(plan(21), 1);
    streams.watch(true);
    assertThat(only().denoising()).isNull();
    float[][] levels = new float[21][];
    for (int k = 0; k < 21; k++) {
      levels[k] = new float[] {-1, k, k, k, k};
    }
    stream.field(7, new float[] {-1, 20, 20, 20, 20}, levels, 1);
    stream.configuration(true, -0.5, new double[] {400, 20});
    DenoisingPicture seen = only().denoising();
    assertThat(seen).isNotNull();
    assertThat(seen.sent()).isEqualTo(21);
    assertThat(seen.sigmas()).containsExactly(20.0, 17.0, 14.0, 11.0, 9.0, 6.0, 3.0, 0.0);
    for (int k = 0; k < 8; k++) {
      assertThat(seen.levels().get(k).index()).isEqualTo(7);
      assertThat(20 - seen.levels().get(k).cells()[3]).isEqualTo(seen.sigmas().get(k).floatValue());
    }
    streams.watch(false);
    streams.watch(true);
    assertThat(only().denoising()).isNull();
  }

  @Test
  void aFastStreamIsTracedNowAndThen() {
    StreamMeter stream = streams.of(subscription).open(plan(), 1);
    streams.watch(true);
    for (int i = 0; i < 2000; i++) {
      now.addAndGet(SECOND / 160);
      deliver(stream, i, i + 1);
    }
    List<Trace.Point> trace = only().trace();
    // Ten configurations in a sixteenth of a second.
    assertThat(trace).hasSize(200);
    assertThat(trace.get(0)).isEqualTo(new Trace.Point(0, 0));
    assertThat(trace.get(199)).isEqualTo(new Trace.Point(1990, 1990));
    assertThat(only().tracedName()).isEqualTo("m");
  }

  @Test
  void aSlowStreamIsTracedWholeAndBounded() {
    StreamMeter stream = streams.of(subscription).open(plan(), 1);
    streams.watch(true);
    for (int i = 0; i < 1000; i++) {
      now.addAndGet(SECOND);
      deliver(stream, i, i + 1);
    }
    List<Trace.Point> trace = only().trace();
    assertThat(trace).hasSize(Trace.CAPACITY);
    assertThat(trace.get(0).index()).isEqualTo(1000 - Trace.CAPACITY);
  }

  @Test
  void ofInterleavedChainsTheFirstIsTraced() {
    StreamMeter stream = streams.of(subscription).open(plan(), 4);
    streams.watch(true);
    for (int i = 0; i < 16; i++) {
      now.addAndGet(SECOND);
      deliver(stream, i, i + 1);
    }
    assertThat(only().trace()).extracting(Trace.Point::index).containsExactly(0L, 4L, 8L, 12L);
  }

  @Test
  void theRateIsThatOfTheLastLooks() {
    StreamMeter stream = streams.of(subscription).open(plan(), 1);
    streams.watch(true);
    assertThat(only().perSecond()).isNaN();
    for (int look = 1; look <= 20; look++) {
      now.addAndGet(SECOND / 2);
      // Twice as fast from the tenth on.
      int each = look <= 10 ? 5 : 10;
      deliver(stream, 0, each);
      double rate = only().perSecond();
      if (look <= 10) {
        assertThat(rate).isCloseTo(10, within(1e-9));
      } else if (look >= 17) {
        assertThat(rate).isCloseTo(20, within(1e-9));
      }
    }
  }

  @Test
  void streamsAreNumberedAndLeave() {
    StreamMeter first = streams.of(subscription).open(plan(), 1);
    StreamMeter second = streams.of(subscription).open(plan(), 1);
    assertThat(streams.views(9)).extracting(StreamView::number).containsExactly(1, 2);
    assertThat(streams.views(1)).extracting(StreamView::number).containsExactly(1);
    first.close();
    assertThat(streams.views(9)).extracting(StreamView::number).containsExactly(2);
    second.close();
    assertThat(streams.running()).isZero();
    assertThat(streams.of(subscription).open(plan(), 1)).isNotNull();
    assertThat(streams.views(9)).extracting(StreamView::number).containsExactly(3);
  }
}
