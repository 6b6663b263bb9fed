package org.fieldstream.monitoring.dashboards;

import java.util.List;
import java.util.Map;

/** Maps, lists, strings, numbers and booleans as indented JSON. */
final class Json {
  private Json() {}

  static String text(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, "\n");
    return out.append('\n').toString();
  }

  private static void write(StringBuilder out, Object value, String newline) {
    String inner = newline + "  ";
    if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator).append(inner).append(quoted(entry.getKey())).append(": ");
        write(out, entry.getValue(), inner);
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : newline + "}");
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object element : list) {
        out.append(separator).append(inner);
        write(out, element, inner);
        separator = ",";
      }
      out.append(list.isEmpty() ? "[]" : newline + "]");
    } else {
      out.append(value instanceof String ? quoted(value) : value);
    }
  }

  private static String quoted(Object value) {
    return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
