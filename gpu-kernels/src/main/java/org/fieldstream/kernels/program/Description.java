package org.fieldstream.kernels.program;

import java.util.Locale;

/** A planned program as text: one line for each op, with what it costs and where it writes. */
final class Description {
  private static final String ROW = "%15s %4s %15s %4s %9s  %s\n";

  private Description() {}

  static String of(Program program) {
    OpCost all = program.ops().stream().map(OpCost::of).reduce(new OpCost(0, 0), OpCost::plus);
    StringBuilder text = new StringBuilder();
    Plan plan = program.plan();
    line(text, "FLOP", "%", "bytes", "%", "at", "op");
    for (Program.Port port : program.inputs()) {
      line(text, "", "", "", "", plan.offset(port.value()), "input " + named(port));
    }
    for (Op op : program.ops()) {
      OpCost cost = OpCost.of(op);
      line(
          text,
          grouped(cost.flops()),
          percent(cost.flops(), all.flops()),
          grouped(cost.bytes()),
          percent(cost.bytes(), all.bytes()),
          plan.offset(op.out()),
          op.toString());
    }
    for (Program.Port port : program.outputs()) {
      line(text, "", "", "", "", plan.offset(port.value()), "output " + named(port));
    }
    line(text, grouped(all.flops()), "100", grouped(all.bytes()), "100", "", "total per lane");
    return text.append("arena ")
        .append(plan.size())
        .append(" floats per lane, parameters ")
        .append(program.parameterCount())
        .append(" + ")
        .append(program.constants().length)
        .append(" constants\n")
        .toString();
  }

  private static String named(Program.Port port) {
    return port.name() + " = " + port.value();
  }

  private static void line(StringBuilder text, Object... columns) {
    text.append(String.format(Locale.ROOT, ROW, columns));
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String percent(long part, long all) {
    return all == 0 ? "0" : String.valueOf(Math.round(100.0 * part / all));
  }
}
