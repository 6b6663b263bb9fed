package org.fieldstream.kernels.machine.aparapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aparapi.device.JavaDevice;
import org.fieldstream.kernels.machine.MachineException;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget("device", 1000, 4000);

  @Test
  void lanesAreHalvedUntilTheyFit() {
    assertThat(budget.lanes(64, 10, 20)).isEqualTo(64);
    assertThat(budget.lanes(64, 100, 100)).isEqualTo(8); // the arena is one array
    assertThat(budget.lanes(64, 10, 2001)).isEqualTo(1); // all arrays together
    assertThat(budget.lanes(1 << 20, 1000, 4000)).isEqualTo(1);
  }

  @Test
  void aLaneThatDoesNotFitIsRefused() {
    assertThatThrownBy(
            () -> new MemoryBudget("device", 1 << 20, 2 << 20).lanes(64, 1 << 20, 3 << 20))
        .isInstanceOf(MachineException.class)
        .hasMessage(
            "memory: 3072 KiB per lane (expected: at most 1024 KiB on device; take a smaller"
                + " lattice, a larger device or a larger heap)");
  }

  @Test
  void javaArraysStayBelowHalfTheHeapAndTwoGigabytes() {
    MemoryBudget java = MemoryBudget.of(JavaDevice.THREAD_POOL);
    assertThat(java.total()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
    assertThat(java.largest()).isEqualTo(Integer.MAX_VALUE);
  }
}
