"""Who, what, when, where: signs that a text answers them.

A sign that is found does not say that the answer is a good one, and one that is not found does not say that the answer
is missing; so the lines say "found no …" and never "wrong".
"""

from __future__ import annotations

import re

from lopso.advice.check import ARTICLES, Found, check
from lopso.advice.item import NewsItem
from lopso.advice.letters import CAPITAL

_NUMBER = r"(?:\d|một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười|mùng|mồng|rằm)"
_WHO = re.compile(
    r"\b(?:ông|bà|anh|chị|cô|chú|bác|cụ|thầy|em|đồng chí|ủy ban|uỷ ban|ubnd|hđnd|hội đồng|trung tâm|trạm|tổ|đội|ban"
    r"|hội|đoàn|trường|công an|bưu điện|hợp tác xã|đài|sở|phòng|chủ tịch|bí thư|trưởng thôn|giám đốc|cán bộ|công chức"
    r"|bà con|người dân|nhân dân|hộ dân|hộ kinh doanh|học sinh|giáo viên|người cao tuổi|các cụ|phụ huynh|tiểu thương"
    r"|thanh niên|bác sĩ|y sĩ|công ty|ngân hàng|câu lạc bộ|công nhân|nông dân|xã viên|người (?:đi )?làm)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:đã|đang|sẽ|vừa|sắp|mới|được|bắt đầu|kết thúc|khai mạc|khai trương|ra mắt|mở|đóng|tạm dừng|ngừng|tổ chức"
    r"|cấp|phát|trả|nhận|nộp|thu|lắp|dựng|sửa|thay|giúp|hướng dẫn|dạy|tập huấn|tặng|trao|họp|ký|công bố|thông báo"
    r"|mời|chuyển(?! đổi)|đăng ký|thí điểm|thử nghiệm|phạt|bắt|cảnh báo|nhắc)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b\d{1,2}[/-]\d{1,2}\b|\b\d{1,2}\s?(?:giờ|h\d{0,2})\b|\b\d{1,2}:\d{2}\b"
    rf"|\b(?:ngày|tháng|quý|năm)\s+(?:{_NUMBER}|nay|này|mai|kia|tới|sau|trước|ngoái|giêng|chạp)"
    rf"|\b{_NUMBER}\s+giờ\b|\b(?:mùng|mồng)\s"
    r"|\bthứ\s+(?:hai|ba|tư|năm|sáu|bảy)\b|\bchủ nhật\b"
    r"|\b(?:hôm|sáng|trưa|chiều|tối|đêm)\s+(?:nay|qua|kia|mai|sau|ngày)"
    r"|\btuần\s+(?:này|tới|sau|trước)|\b(?:tuần|tháng|năm)\s+qua\b"
    r"|\b(?:đầu|giữa|cuối)\s+(?:tuần|tháng|năm|quý)\b|\btừ nay\b|\bvừa qua\b"
    r"|\b(?:hằng|hàng|mỗi)\s+(?:ngày|tuần|tháng|năm)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?i:\b(?:xã|phường|thị trấn|huyện|quận|thành phố|tỉnh|thôn|xóm|làng|tổ dân phố|đường|phố|chợ))\s+"
    rf"(?:{CAPITAL}|\d)"
    r"|(?i:\b(?:tại|ở|đến|ra|về)\s+(?:nhà văn hóa|nhà văn hoá|trụ sở|trung tâm|trạm|trường|quầy|ủy ban|uỷ ban"
    r"|hội trường|sân|chợ|ubnd|bưu điện|công an|đình|thư viện|thôn|xã|phường|nhà máy|cơ quan))\b"
    r"|(?i:\b(?:cổng dịch vụ công|qua mạng|trên mạng|trực tuyến|trên ứng dụng|trên điện thoại|trên trang)\b)"
)


@check(*ARTICLES)
def who(item: NewsItem) -> Found:
    """Who? I found no person, group or unit. If the text names one, leave it as it is."""
    return _unless(_WHO, item)


@check(*ARTICLES)
def what(item: NewsItem) -> Found:
    """What? I found no word for something that was, is or will be done. Say in one verb what is new."""
    return _unless(_WHAT, item)


@check(*ARTICLES)
def when(item: NewsItem) -> Found:
    """When? I found no day, date or time. Could a neighbour come on the right day after reading this?"""
    return _unless(_WHEN, item)


@check(*ARTICLES)
def where(item: NewsItem) -> Found:
    """Where? I found no village, commune or place to go to."""
    return _unless(_WHERE, item)


def _unless(sign: re.Pattern[str], item: NewsItem) -> Found:
    """Say that nothing was found, but not of a text without tone marks, in which no word could be."""
    return None if item.is_unmarked or sign.search(item.text) else ()
