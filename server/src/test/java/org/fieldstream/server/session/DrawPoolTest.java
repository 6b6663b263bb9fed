package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.testing.FakeMachine;
import org.fieldstream.server.testing.FaultyMachine;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.testing.UniformDraws;
import org.junit.jupiter.api.Test;

/** Device batches that take several turns, and streams that change meanwhile. */
final class DrawPoolTest {
  private static final int TURNS = 4;

  private final Machine machine = new FakeMachine();
  private final UniformDraws model = new UniformDraws("u", List.of(4, 4), 0.5, 16);
  private final DrawPool pool = new DrawPool(ModelAt.of(model, model.target()), model, machine);
  private int turns;

  /** Writes down what it is told. */
  private static final class Notes implements BatchSink {
    final List<StreamBatch> batches = new ArrayList<>();
    final List<String> ends = new ArrayList<>();

    @Override
    public void batch(StreamBatch batch) {
      batches.add(batch);
    }

    @Override
    public void completed() {
      ends.add("completed");
    }

    @Override
    public void stopped() {
      ends.add("stopped");
    }

    @Override
    public void failed(ServiceException failure) {
      ends.add(failure.code().name());
    }

    long configurations() {
      return batches.stream().mapToLong(StreamBatch::count).sum();
    }
  }

  private DrawProduction add(Notes notes, long seed, long count, long wanted) {
    StreamPlan plan =
        new StreamPlanner(
                () -> List.of(model),
                GaussTheory.CATALOG,
                SessionLimits.DEFAULTS,
                new Placement(MachineLineup.only(machine)))
            .plan(
                new StreamRequest(
                    model.id(),
                    null,
                    null,
                    seed,
                    count,
                    5,
                    Precision.FLOAT32,
                    List.of(),
                    false,
                    null,
                    new byte[0]));
    DrawProduction stream =
        new DrawProduction(
            plan, notes, (p, chains) -> StreamMeter.NONE, () -> {}, new ChainBudget(1 << 20));
    pool.add(stream);
    if (wanted > 0) {
      stream.request(wanted);
    }
    return stream;
  }

  private void slow() {
    model.whole(() -> ++turns % TURNS == 0);
  }

  private void turn() {
    assertThat(pool.hasWork()).isTrue();
    pool.work();
    pool.sweep();
  }

  private void finish() {
    for (int k = 0; pool.hasWork(); k++) {
      assertThat(k).isLessThan(10_000);
      turn();
    }
  }

  /** What streams are told, whatever the device is doing. */
  private void isWhatAStreamGetsAlone(Notes notes, long seed, int count) {
    model.whole(() -> true);
    Notes alone = new Notes();
    add(alone, seed, count, count);
    finish();
    assertThat(notes.batches)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> a.bytes().equals(b.bytes()), FieldBytes.class)
        .isEqualTo(alone.batches);
    assertThat(notes.configurations()).isEqualTo(count);
  }

  @Test
  void drawsAreTheSameInParts() {
    slow();
    Notes a = new Notes();
    Notes b = new Notes();
    add(a, 1, 20, 20);
    add(b, 2, 35, 35);
    finish();
    assertThat(a.ends).containsExactly("completed");
    assertThat(b.ends).containsExactly("completed");
    assertThat(turns).isEqualTo(TURNS * model.calls());
    isWhatAStreamGetsAlone(a, 1, 20);
    isWhatAStreamGetsAlone(b, 2, 35);
  }

  @Test
  void whoLeavesInTheMiddleIsForgottenAndWhoStaysAndWhoComesGetsItsOwn() {
    slow();
    Notes gone = new Notes();
    Notes stays = new Notes();
    Notes comes = new Notes();
    DrawProduction first = add(gone, 1, 0, 20);
    add(stays, 2, 20, 20);
    turn();
    first.cancel();
    add(comes, 3, 20, 20);
    finish();
    assertThat(gone.batches).isEmpty();
    assertThat(gone.ends).isEmpty();
    isWhatAStreamGetsAlone(stays, 2, 20);
    isWhatAStreamGetsAlone(comes, 3, 20);
  }

  @Test
  void aBatchThatNobodyWantsIsDropped() {
    slow();
    Notes gone = new Notes();
    DrawProduction only = add(gone, 1, 0, 20);
    turn();
    only.cancel();
    pool.sweep();
    assertThat(pool.hasWork()).isFalse();
    assertThat(pool.isEmpty()).isTrue();
    Notes next = new Notes();
    add(next, 2, 20, 20);
    finish();
    isWhatAStreamGetsAlone(next, 2, 20);
  }

  @Test
  void aBatchThatNobodyWantsIsForgottenWhileAnotherStreamStays() {
    slow();
    Notes notes = new Notes();
    DrawProduction idle = add(notes, 2, 20, 0);
    DrawProduction only = add(new Notes(), 1, 0, 20);
    turn();
    assertThat(model.isBegun()).isTrue();
    only.cancel();
    pool.sweep();
    assertThat(pool.isEmpty()).isFalse();
    assertThat(pool.hasWork()).isFalse();
    assertThat(model.isBegun()).isFalse();
    idle.request(20);
    finish();
    isWhatAStreamGetsAlone(notes, 2, 20);
  }

  @Test
  void onAnotherMachineABatchStartsOver() {
    slow();
    Notes notes = new Notes();
    add(notes, 1, 20, 20);
    turn();
    ServiceException moved = ServiceException.of(ErrorCode.MACHINE_CHANGED, "moved");
    pool.moveTo(new FaultyMachine(MachineKind.OPENCL), moved);
    assertThat(model.open()).isZero();
    finish();
    assertThat(notes.ends).containsExactly("completed");
    assertThat(notes.configurations()).isEqualTo(20);
    turns = 0;
    pool.moveTo(machine, moved);
    Notes late = new Notes();
    add(late, 2, 20, 20);
    turn();
    pool.fail(moved);
    assertThat(late.ends).containsExactly("MACHINE_CHANGED");
    assertThat(pool.hasWork()).isFalse();
  }

  /** Seven are made, two of them in a message of five that is not full; then ten more are asked. */
  @Test
  void whoIsToFinishGetsItsLastMessageFullAndNoMore() {
    Notes notes = new Notes();
    DrawProduction stream = add(notes, 1, 0, 7);
    finish();
    assertThat(notes.configurations()).isEqualTo(5);
    slow();
    stream.request(10);
    turn();
    stream.finish();
    finish();
    assertThat(notes.ends).containsExactly("stopped");
    isWhatAStreamGetsAlone(notes, 1, 10);
  }
}
