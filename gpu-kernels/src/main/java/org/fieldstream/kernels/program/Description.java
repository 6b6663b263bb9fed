package org.fieldstream.kernels.program;

import java.util.Locale;

/** A planned program as text: one line for each op, with what it costs and where it writes. */
final class Description {
  private static final String ROW = "%15s %4s %15s %4s %9s  %s\n";

  private Description() {}

  static String of(Program program) {
    Groups groups = Groups.of(program);
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
        .append(groups(groups))
        .toString();
  }

  /** The groups of several ops: what each saves on its way through the arena. */
  private static String groups(Groups groups) {
    StringBuilder text = new StringBuilder();
    long saved = 0;
    for (Group group : groups.list()) {
      if (!group.strips()) {
        continue;
      }
      saved += group.savedBytes();
      text.append("group on ")
          .append(group.sites())
          .append(" sites, ")
          .append(grouped(group.savedBytes()))
          .append(" bytes saved:");
      for (Op op : group.ops()) {
        boolean kept = op.outputs().stream().anyMatch(v -> !group.inside().containsKey(v));
        text.append(kept ? " [" : " ").append(op.code());
        for (Value out : op.outputs()) {
          text.append(" %").append(out.id());
        }
        text.append(kept ? "]" : "");
      }
      text.append('\n');
    }
    return text.isEmpty()
        ? ""
        : "in groups (in brackets what leaves one): "
            + grouped(saved)
            + " bytes saved, arena "
            + groups.plan().size()
            + " floats per lane\n"
            + text;
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
