// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {ReenteringWallet, RevertingWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract RuleAppealV2Test is EscrowTestV2 {
    function appealed(bool provable) private returns (uint256 jobId) {
        jobId = createContestedJob(provable);
        appeal(jobId, alice);
    }

    function test_when_anybody_but_the_referee_calls_it_reverts(address caller) external {
        vm.assume(caller != referee);
        uint256 jobId = appealed(true);
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotReferee.selector, jobId, caller));
        escrow.ruleAppeal(jobId, alice, true, REASON);
    }

    function test_given_no_appeal_it_reverts() external {
        uint256 jobId = createContestedJob(true);
        vm.prank(referee);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.RejectionNotAppealed.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.RejectionPending
            )
        );
        escrow.ruleAppeal(jobId, alice, true, REASON);
    }

    function test_given_three_days_have_passed_it_reverts(uint32 later) external {
        uint256 jobId = appealed(true);
        vm.warp(START + 3 days + later);
        vm.prank(referee);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.DeadlinePassed.selector, jobId, alice, START + 3 days)
        );
        escrow.ruleAppeal(jobId, alice, true, REASON);
    }

    function test_when_the_reason_is_empty_it_reverts() external {
        uint256 jobId = appealed(true);
        vm.prank(referee);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        escrow.ruleAppeal(jobId, alice, true, "");
    }

    function test_a_confirmed_rejection_takes_effect_and_burns_if_provable(bool provable) external {
        uint256 jobId = appealed(provable);
        uint256 before = alice.balance;
        uint256 burntWei = provable ? BOND : 0;
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AppealRuled(jobId, alice, false, REASON);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, burntWei, 0);
        rule(jobId, alice, false);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        assertEq(BURNT.balance, burntWei, "burned");
        assertEq(alice.balance, before + BOND - burntWei, "what is not burned is back");
        assertEq(escrow.getJob(jobId).takenSlots, 2, "her slot is free");
        assertEq(referee.balance, 0, "the referee gets nothing");
    }

    function test_an_overturned_one_counts_again_and_is_paid_at_the_end() external {
        uint256 jobId = appealed(true);
        uint256 before = alice.balance;
        vm.warp(START + 2 days);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AppealRuled(jobId, alice, true, REASON);
        rule(jobId, alice, true);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Reinstated);
        assertEq(escrow.getSlot(jobId, alice).timestamp, START + 2 days, "time of the ruling");
        assertEq(alice.balance, before, "not yet paid");
        complete(jobId, list(alice, bob));
        assertEq(alice.balance, before + SHARE + BOND, "paid");
        assertEq(BURNT.balance, 0, "nothing is burned");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_in_an_ended_job_an_overturned_one_is_paid_at_once() external {
        uint256 jobId = appealed(true);
        deliver(jobId, carol);
        complete(jobId, list(alice, bob, carol));
        uint256 before = alice.balance;
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AppealRuled(jobId, alice, true, REASON);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, alice, SHARE);
        rule(jobId, alice, true);
        assertEq(alice.balance, before + SHARE + BOND, "paid");
        assertEq(address(escrow).balance, 0, "nothing is kept");
        vm.prank(referee);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.RejectionNotAppealed.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.Reinstated
            )
        );
        escrow.ruleAppeal(jobId, alice, true, REASON);
    }

    function test_in_an_ended_job_a_confirmed_one_refunds_its_share(bool provable) external {
        uint256 jobId = appealed(provable);
        deliver(jobId, carol);
        complete(jobId, list(alice, bob, carol));
        uint256 before = requester.balance;
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, provable ? BOND : 0, SHARE);
        rule(jobId, alice, false);
        assertEq(requester.balance, before + SHARE, "refunded");
        assertEq(address(escrow).balance, 0, "nothing is kept");
        assertEq(escrow.getJob(jobId).takenSlots, 7, "an ended job's slots are not reopened");
    }

    function test_a_hostile_receiver_is_paid_once_or_owed(bool reenters) external {
        RevertingWallet wallet = reenters ? new ReenteringWallet() : new RevertingWallet();
        vm.deal(address(wallet), BOND);
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, bob);
        deliver(jobId, carol);
        deliver(jobId, address(wallet));
        reject(jobId, address(wallet));
        appeal(jobId, address(wallet));
        complete(jobId, list(bob, carol, address(wallet)));
        if (reenters) {
            wallet.setAccepts(true);
            ReenteringWallet(payable(address(wallet)))
                .arm(
                    address(escrow), abi.encodeCall(escrow.ruleAppeal, (jobId, address(wallet), true, REASON))
                );
        }
        rule(jobId, address(wallet), true);
        if (reenters) {
            assertTrue(!ReenteringWallet(payable(address(wallet))).reentered(), "no second ruling");
        }
        uint256 got = address(wallet).balance + escrow.withdrawableWei(address(wallet));
        assertEq(got, SHARE + BOND, "paid or owed, once");
    }
}
