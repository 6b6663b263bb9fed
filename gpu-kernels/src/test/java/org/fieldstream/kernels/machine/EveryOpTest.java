package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.OpCost;
import org.fieldstream.kernels.program.Program;
import org.junit.jupiter.api.Test;

class EveryOpTest {
  private final Program program = EveryOp.program();

  @Test
  void nothingIsMissing() {
    assertThat(EveryOp.ops(program)).isEqualTo(EnumSet.allOf(OpCode.class));
  }

  @Test
  void everyOpHasACost() {
    for (Op op : program.ops()) {
      assertThat(OpCost.of(op).bytes()).as("%s", op).isPositive();
      assertThat(OpCost.of(op).flops()).as("%s", op).isNotNegative();
    }
  }
}
