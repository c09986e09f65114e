#pragma once

#include <cstddef>
#include <string>

namespace mmm {

/// Is standard output a terminal that people look at?
bool output_is_terminal();

/// May it be coloured? Not when NO_COLOR is set (see no-color.org) or TERM says that it can't.
bool output_takes_colour();

/// The whole screen of the terminal on standard output, given back as it was by leave() or at the end.
class Screen {
  public:
    Screen() { enter(); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen() { leave(); }

    void enter();
    void leave();
    /// Replaces what is shown, without flicker; lines that don't fit are counted in the last one.
    void draw(const std::string& text);

  private:
    bool entered_ = false;
};

/// The frame for a screen with `rows` rows (0: unknown) that shows `text`: pure, for draw().
std::string screen_frame(const std::string& text, std::size_t rows);

}  // namespace mmm
